package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.agent.AgentDirectory.Place;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.WaitingRoom;
import org.copilotframework.core.archive.PluginNeed;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.jspecify.annotations.Nullable;

/**
 * What serves, what drains and what has failed, and the one place from which the directory of agents is published. Each method
 * is atomic; none runs code of a plugin.
 */
final class Deployments {
    private record Held(Generation before, Map<String, Place> places) {}

    private final AgentDirectory directory;
    private final Consumer<PluginStatus> listener;
    private final Map<String, Place> own = new LinkedHashMap<>();
    private final Map<String, Generation> serving = new TreeMap<>();
    private final Map<String, Held> held = new HashMap<>();
    private final Absent absent = new Absent();
    private final List<Generation> draining = new ArrayList<>();
    private boolean closed;

    Deployments(AgentDirectory directory, Consumer<PluginStatus> listener) {
        this.directory = directory;
        this.listener = listener;
    }

    /** Registers agents of the application itself; they serve from now on and win every name. */
    synchronized void own(Collection<HostedAgent> agents) {
        for (HostedAgent agent : agents) {
            String name = agent.descriptor().name();
            if (own.put(name, new Place(agent, null, agent.entry())) != null) {
                throw new FailedStart("two agents of the application are named '" + name + "'");
            }
        }
        publish();
    }

    synchronized @Nullable Generation serving(String id) {
        return serving.get(id);
    }

    /** How the plugins that serve at this moment depend on each other; those that are held will serve again. */
    synchronized Units units() {
        List<Generation> all = new ArrayList<>(serving.values());
        held.values().forEach(one -> all.add(one.before()));
        return new Units(all);
    }

    /** Whether the plugin is being exchanged exclusively. */
    synchronized boolean isHeld(String id) {
        return held.containsKey(id);
    }

    /** Whether an agent of this name serves, or is held. */
    synchronized boolean isTaken(String name) {
        return namesOf(Set.of()).isTaken(name);
    }

    /**
     * Moves all calls at once: what {@code in} holds serves from now on, what {@code out} names serves no more.
     *
     * @param still whether what was to be moved when this was planned is so at this moment
     * @return the generations that served under these ids before; empty if it is not so any more, and nothing is moved
     * @throws FailedStart if an agent's name is taken by a plugin that is not moved; nothing is moved then
     */
    synchronized Optional<List<Generation>> move(Collection<Generation> in, Set<String> out, BooleanSupplier still) {
        if (closed && !in.isEmpty()) {
            throw new FailedStart("the orchestrator is closed");
        }
        if (!still.getAsBoolean()) {
            return Optional.empty();
        }
        Set<String> moved = new TreeSet<>(out);
        in.forEach(one -> moved.add(one.ref().id()));
        AgentNames taken = namesOf(moved);
        in.forEach(taken::claim);
        List<Generation> before = new ArrayList<>();
        for (String id : moved) {
            Generation one = serving.remove(id);
            if (one != null) {
                before.add(one);
            }
            held.remove(id);
            absent.serves(id);
        }
        for (Generation one : in) {
            serving.put(one.ref().id(), one);
        }
        publish();
        in.forEach(one -> listener.accept(status(one, PluginState.SERVING)));
        return Optional.of(before);
    }

    /**
     * Serves the first generations of a host, in the given order: of two with an agent of one name, the first wins.
     *
     * @return those that do not serve, with the reason, also those that need one of them
     */
    synchronized Map<Generation, FailedStart> first(Collection<Generation> generations) {
        AgentNames taken = namesOf(Set.of());
        Map<Generation, FailedStart> refused = new LinkedHashMap<>();
        for (Generation one : generations) {
            try {
                taken.claim(one);
            } catch (FailedStart failed) {
                refused.put(one, failed);
            }
        }
        for (Generation one : Exchange.inOrder(generations)) {
            for (PluginNeed need : one.stored().info().needs()) {
                if (refused.keySet().stream().anyMatch(other -> other.ref().id().equals(need.id()))) {
                    String why = "it needs plugin " + need.id()
                            + ", which does not serve; mend that one, and this plugin starts by itself";
                    refused.putIfAbsent(one, need.optional() ? FailedStart.toRetry(why) : new FailedStart(why));
                }
            }
        }
        for (Generation one : generations) {
            if (!refused.containsKey(one)) {
                serving.put(one.ref().id(), one);
            }
        }
        publish();
        generations.stream()
                .filter(one -> !refused.containsKey(one))
                .forEach(one -> listener.accept(status(one, PluginState.SERVING)));
        return refused;
    }

    private AgentNames namesOf(Set<String> except) {
        AgentNames taken = new AgentNames(own.keySet());
        serving.values().stream()
                .filter(one -> !except.contains(one.ref().id()))
                .forEach(one -> taken.take(one.agentNames(), "plugin " + one.ref()));
        held.forEach((id, one) -> {
            if (!except.contains(id)) {
                taken.take(one.places().keySet(), "plugin " + id);
            }
        });
        return taken;
    }

    /**
     * Lets new calls for these plugins wait in the room, and their generations serve no more; empty if what was planned does
     * not hold any more.
     */
    synchronized Optional<List<Generation>> hold(Set<String> ids, WaitingRoom room, BooleanSupplier still) {
        if (!still.getAsBoolean()) {
            return Optional.empty();
        }
        List<Generation> before = new ArrayList<>();
        for (String id : ids) {
            Generation one = serving.remove(id);
            if (one != null) {
                before.add(one);
                Map<String, Place> places = new HashMap<>();
                for (HostedAgent agent : one.agents()) {
                    places.put(agent.descriptor().name(), new Place(null, room, agent.entry()));
                }
                held.put(id, new Held(one, places));
            }
        }
        publish();
        before.forEach(one -> listener.accept(status(one, PluginState.HELD)));
        return Optional.of(before);
    }

    /** Ends {@link #hold} for plugins that did not come back. */
    synchronized void release(Set<String> ids) {
        held.keySet().removeAll(ids);
        publish();
    }

    /** Notes that the start of a plugin goes on, though that of the host is over. */
    synchronized void starting(Candidate late) {
        absent.starting(late);
    }

    synchronized void failed(String id, @Nullable PluginRef ref, String digest, String origin, String reason) {
        absent.failed(id, ref, digest, origin, reason);
        list().stream()
                .filter(status -> status.id().equals(id) && status.state() != PluginState.DRAINING)
                .forEach(listener);
    }

    /** Forgets what was wrong with a file, which is gone or good now; but not of a plugin that is about to be served anew. */
    synchronized void forgiveFrom(String origin, @Nullable String except) {
        absent.forgiveFrom(origin, except);
    }

    /** Why a plugin does not serve; empty if nothing is known against it. */
    synchronized String reason(String id) {
        return absent.reason(id);
    }

    synchronized void forgive(String id) {
        absent.forgive(id);
    }

    /** Whether anything is known of the id, be it only a failure. */
    synchronized boolean known(String id) {
        return serving.containsKey(id) || held.containsKey(id) || absent.knows(id);
    }

    /** Serves nothing any more. */
    synchronized List<Generation> close() {
        List<Generation> last = List.copyOf(serving.values());
        closed = true;
        serving.clear();
        absent.noneStarts();
        held.clear();
        own.clear();
        publish();
        return last;
    }

    synchronized boolean closed() {
        return closed;
    }

    synchronized void draining(Collection<Generation> generations) {
        draining.addAll(generations);
        generations.forEach(one -> listener.accept(status(one, PluginState.DRAINING)));
    }

    synchronized boolean isDraining(String id) {
        return draining.stream().anyMatch(one -> one.ref().id().equals(id));
    }

    synchronized void drained(Collection<Generation> generations) {
        draining.removeAll(generations);
    }

    synchronized List<PluginStatus> list() {
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

    private static void add(Map<String, List<PluginStatus>> byId, PluginStatus status) {
        byId.computeIfAbsent(status.id(), unused -> new ArrayList<>()).add(status);
    }

    private PluginStatus status(Generation one, PluginState state) {
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

    private void publish() {
        Map<String, Place> places = new HashMap<>(own);
        held.values().forEach(one -> places.putAll(one.places()));
        for (Generation one : serving.values()) {
            for (HostedAgent agent : one.agents()) {
                places.put(agent.descriptor().name(), new Place(agent, null, agent.entry()));
            }
        }
        directory.publish(places);
    }
}
