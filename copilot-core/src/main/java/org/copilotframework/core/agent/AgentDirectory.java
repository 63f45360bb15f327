package org.copilotframework.core.agent;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.copilotframework.api.client.Catalogue;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.naming.NearNames;
import org.jspecify.annotations.Nullable;

/**
 * The agents that can be called now, as one immutable snapshot that the plugin host replaces as a whole. Reading takes no
 * lock.
 */
public final class AgentDirectory implements Catalogue {
    /**
     * Where a name leads: to an agent, or to a room in which to wait for one.
     *
     * @param agent the agent; null only while its plugin is exchanged exclusively
     * @param room where to wait, or null if the agent can be called
     * @param entry how the catalogue shows it
     */
    public record Place(
            @Nullable HostedAgent agent, @Nullable WaitingRoom room, CatalogueEntry entry) {}

    private record Snapshot(Map<String, Place> places, List<CatalogueEntry> entries) {}

    private volatile Snapshot snapshot = new Snapshot(Map.of(), List.of());
    /** Those that were replaced. Whoever still uses one keeps it alive, and nobody else does. */
    private volatile List<WeakReference<HostedAgent>> leaving = List.of();

    /** Makes a directory of no agents. */
    public AgentDirectory() {}

    /**
     * Replaces all places at once. Called by the plugin host only, one thread at a time.
     *
     * @param places the places by agent name
     */
    public void publish(Map<String, Place> places) {
        List<CatalogueEntry> entries =
                new TreeMap<>(places).values().stream().map(Place::entry).toList();
        Snapshot before = snapshot;
        Snapshot now = new Snapshot(new HashMap<>(places), entries);
        leaving = leaving(before, now);
        snapshot = now;
    }

    private List<WeakReference<HostedAgent>> leaving(Snapshot before, Snapshot now) {
        List<WeakReference<HostedAgent>> all = new ArrayList<>(leaving);
        all.removeIf(reference -> {
            HostedAgent agent = reference.get();
            return agent == null || !agent.leases().joinable();
        });
        before.places().forEach((name, place) -> {
            HostedAgent old = place.agent();
            Place next = now.places().get(name);
            HostedAgent present = next == null ? null : next.agent();
            if (old != null && (present == null || present.leases() != old.leases())) {
                all.add(new WeakReference<>(old));
            }
        });
        return List.copyOf(all);
    }

    /**
     * Finds an agent of a generation that was replaced, and that calls keep alive.
     *
     * @param name the agent's name
     * @param version which version of its plugin will do
     * @return the latest such agent, or empty if there is none that can be joined
     */
    public Optional<HostedAgent> leaving(String name, Predicate<PluginRef> version) {
        HostedAgent latest = null;
        for (WeakReference<HostedAgent> reference : leaving) {
            HostedAgent agent = reference.get();
            if (agent != null
                    && agent.descriptor().name().equals(name)
                    && agent.leases().joinable()
                    && version.test(agent.plugin().plugin())) {
                latest = agent;
            }
        }
        return Optional.ofNullable(latest);
    }

    /**
     * Finds the place of an agent.
     *
     * @param name the agent's name
     * @return its place in the snapshot of this moment
     * @throws NotFoundException if there is none; names those that come near
     */
    public Place place(String name) {
        Place place = snapshot.places().get(name);
        if (place == null) {
            throw NotFoundException.named("agent", NearNames.shown(name), near(name));
        }
        return place;
    }

    @Override
    public List<CatalogueEntry> list() {
        return snapshot.entries();
    }

    @Override
    public Optional<CatalogueEntry> find(String name) {
        return Optional.ofNullable(snapshot.places().get(name)).map(Place::entry);
    }

    @Override
    public List<String> near(String name) {
        return NearNames.of(name, snapshot.places().keySet());
    }
}
