package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.agent.AgentDirectory.Place;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.WaitingRoom;
import org.jspecify.annotations.Nullable;

/** Which generations serve, are held or drain, which agents can be called by that, and how it looks in a list. Guarded by its owner. */
final class Roster {
    private record Held(Generation before, Map<String, Place> places) {}

    private final Map<String, Place> own = new LinkedHashMap<>();
    private final Map<String, Generation> serving = new TreeMap<>();
    private final Map<String, Held> held = new HashMap<>();
    private final List<Generation> draining = new ArrayList<>();
    private final Absent absent;

    /**
     * Begins with nothing.
     *
     * @param absent what does not serve
     */
    Roster(Absent absent) {
        this.absent = absent;
    }

    /** Adds an agent of the application itself. Returns whether its name was free. */
    boolean own(HostedAgent agent) {
        return own.put(agent.descriptor().name(), new Place(agent, null, agent.entry())) == null;
    }

    @Nullable
    Generation serving(String id) {
        return serving.get(id);
    }

    boolean isHeld(String id) {
        return held.containsKey(id);
    }

    /** How the plugins depend on each other; those that are held will serve again. */
    Units units() {
        List<Generation> all = new ArrayList<>(serving.values());
        held.values().forEach(one -> all.add(one.before()));
        return new Units(all);
    }

    /** The names of agents that are taken, but for those of some plugins. */
    AgentNames namesWithout(Set<String> except) {
        AgentNames taken = new AgentNames(own.keySet());
        for (Generation one : serving.values()) {
            if (!except.contains(one.ref().id())) {
                taken.take(one.agentNames(), "plugin " + one.ref());
            }
        }
        held.forEach((id, one) -> {
            if (!except.contains(id)) {
                taken.take(one.places().keySet(), "plugin " + id);
            }
        });
        return taken;
    }

    void serve(Generation one) {
        serving.put(one.ref().id(), one);
    }

    /** Ends the serving, or holding, of a plugin. Null if none served. */
    @Nullable
    Generation end(String id) {
        held.remove(id);
        absent.serves(id);
        return serving.remove(id);
    }

    /** Has calls of a plugin that serves wait in the room. Null if none serves. */
    @Nullable
    Generation hold(String id, WaitingRoom room) {
        Generation one = serving.remove(id);
        if (one != null) {
            Map<String, Place> places = new HashMap<>();
            for (HostedAgent agent : one.agents()) {
                places.put(agent.descriptor().name(), new Place(null, room, agent.entry()));
            }
            held.put(id, new Held(one, places));
        }
        return one;
    }

    void release(Set<String> ids) {
        held.keySet().removeAll(ids);
    }

    void draining(Collection<Generation> generations) {
        draining.addAll(generations);
    }

    void drained(Collection<Generation> generations) {
        draining.removeAll(generations);
    }

    boolean isDraining(String id) {
        return draining.stream().anyMatch(one -> one.ref().id().equals(id));
    }

    /** Nothing can be called any more. Returns what served. */
    List<Generation> clear() {
        List<Generation> last = List.copyOf(serving.values());
        serving.clear();
        held.clear();
        own.clear();
        return last;
    }

    /** The agents that can be called, or waited for. */
    Map<String, Place> places() {
        Map<String, Place> places = new HashMap<>(own);
        held.values().forEach(one -> places.putAll(one.places()));
        for (Generation one : serving.values()) {
            for (HostedAgent agent : one.agents()) {
                places.put(agent.descriptor().name(), new Place(agent, null, agent.entry()));
            }
        }
        return places;
    }

    /** All plugins, also those that do not serve, in the order of their ids. */
    List<PluginStatus> statuses() {
        Map<String, List<PluginStatus>> byId = new TreeMap<>();
        serving.values().forEach(one -> add(byId, status(one, PluginState.SERVING)));
        held.values().forEach(one -> add(byId, status(one.before(), PluginState.HELD)));
        absent.statuses().stream()
                .filter(one -> !byId.containsKey(one.id()))
                .toList()
                .forEach(one -> add(byId, one));
        draining.forEach(one -> add(byId, status(one, PluginState.DRAINING)));
        return byId.values().stream().flatMap(List::stream).toList();
    }

    /** Of all plugins, also those that do not serve. */
    Set<String> digests() {
        Set<String> digests = absent.digests(id -> serving.containsKey(id) || held.containsKey(id));
        for (Generation one : serving.values()) {
            digests.add(one.stored().info().digest());
        }
        for (Held one : held.values()) {
            digests.add(one.before().stored().info().digest());
        }
        for (Generation one : draining) {
            digests.add(one.stored().info().digest());
        }
        return digests;
    }

    private static void add(Map<String, List<PluginStatus>> byId, PluginStatus status) {
        byId.computeIfAbsent(status.id(), unused -> new ArrayList<>()).add(status);
    }

    PluginStatus status(Generation one, PluginState state) {
        String id = one.ref().id();
        String reason = state == PluginState.SERVING ? absent.newerThanServing(id) : "";
        Held waiting = state == PluginState.HELD ? held.get(id) : null;
        List<String> agents = waiting == null
                ? one.agentNames()
                : waiting.places().keySet().stream().sorted().toList();
        return new PluginStatus(
                id,
                PluginKind.AGENT,
                one.ref().version(),
                one.stored().info().digest(),
                state,
                agents,
                reason,
                one.origin(),
                one.since(),
                one.stored().info().warnings());
    }
}
