package org.copilotframework.core.plugin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.agent.AgentDirectory.Place;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.WaitingRoom;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.PluginNeed;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.jspecify.annotations.Nullable;

/**
 * What serves, what drains and what has failed, and the one place from which the directory of agents is published. Each method
 * is atomic; none runs code of a plugin.
 */
final class Deployments {
    /** Why a plugin, or a newer version of it, does not serve. */
    private record Failure(String version, String digest, String origin, String reason, Instant since) {}

    private record Held(WaitingRoom room, Generation before) {}

    private final AgentDirectory directory;
    private final Consumer<PluginStatus> listener;
    private final Map<String, Place> own = new LinkedHashMap<>();
    private final Map<String, Generation> serving = new TreeMap<>();
    private final Map<String, Held> held = new HashMap<>();
    private final Map<String, Map<String, Place>> heldPlaces = new HashMap<>();
    private final Map<String, Failure> failures = new TreeMap<>();
    private final Map<String, PluginStatus> starting = new TreeMap<>();
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

    synchronized Set<String> servingIds() {
        return new TreeSet<>(serving.keySet());
    }

    /** The plugins that serve and cannot do without this one. */
    synchronized Set<String> requiring(String id) {
        Set<String> requiring = new TreeSet<>();
        for (Generation one : serving.values()) {
            if (one.stored().info().needs().stream().anyMatch(need -> need.id().equals(id) && !need.optional())) {
                requiring.add(one.ref().id());
            }
        }
        return requiring;
    }

    /** The plugin and all that serve and depend on it, directly or not. */
    synchronized Set<String> unitOf(String id) {
        Set<String> unit = new TreeSet<>(Set.of(id));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Generation one : serving.values()) {
                if (one.stored().info().needs().stream().map(PluginNeed::id).anyMatch(unit::contains)) {
                    grown |= unit.add(one.ref().id());
                }
            }
        }
        return unit;
    }

    /**
     * Moves all calls at once: what {@code in} holds serves from now on, what {@code out} names serves no more.
     *
     * @return the generations that served under these ids before
     * @throws FailedStart if an agent's name is taken by a plugin that is not moved; nothing is moved then
     */
    synchronized List<Generation> move(Collection<Generation> in, Set<String> out) {
        if (closed && !in.isEmpty()) {
            throw new FailedStart("the orchestrator is closed");
        }
        Set<String> moved = new TreeSet<>(out);
        in.forEach(one -> moved.add(one.ref().id()));
        Map<String, String> taken = takenNames(moved);
        in.forEach(one -> claim(one, taken));
        List<Generation> before = new ArrayList<>();
        for (String id : moved) {
            Generation one = serving.remove(id);
            if (one != null) {
                before.add(one);
            }
            held.remove(id);
            heldPlaces.remove(id);
            failures.remove(id);
            starting.remove(id);
        }
        for (Generation one : in) {
            serving.put(one.ref().id(), one);
        }
        publish();
        in.forEach(one -> listener.accept(status(one, PluginState.SERVING)));
        return before;
    }

    /**
     * Serves the first generations of a host, in the given order: of two with an agent of one name, the first wins.
     *
     * @return those that do not serve, with the reason, also those that need one of them
     */
    synchronized Map<Generation, FailedStart> first(Collection<Generation> generations) {
        Map<String, String> taken = takenNames(Set.of());
        Map<Generation, FailedStart> refused = new LinkedHashMap<>();
        for (Generation one : generations) {
            try {
                claim(one, taken);
            } catch (FailedStart failed) {
                refused.put(one, failed);
            }
        }
        for (Generation one : Exchange.inOrder(generations)) {
            for (PluginNeed need : one.stored().info().needs()) {
                if (refused.keySet().stream().anyMatch(other -> other.ref().id().equals(need.id()))) {
                    String why = "it needs plugin " + need.id() + ", which does not serve";
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

    private Map<String, String> takenNames(Set<String> except) {
        Map<String, String> taken = new HashMap<>();
        own.keySet().forEach(name -> taken.put(name, "the application itself"));
        serving.values().stream()
                .filter(one -> !except.contains(one.ref().id()))
                .forEach(one -> one.agentNames().forEach(name -> taken.put(name, "plugin " + one.ref())));
        heldPlaces.forEach((id, places) -> {
            if (!except.contains(id)) {
                places.keySet().forEach(name -> taken.put(name, "plugin " + id));
            }
        });
        return taken;
    }

    /** Takes the names of a generation's agents, all or none. */
    private static void claim(Generation one, Map<String, String> taken) {
        for (String name : one.agentNames()) {
            String owner = taken.get(name);
            if (owner != null) {
                throw new FailedStart(
                        "its agent '" + name + "' has the name of an agent of " + owner
                                + ", which serves already; rename one of the two in its @AgentInfo",
                        true);
            }
        }
        one.agentNames().forEach(name -> taken.put(name, "plugin " + one.ref()));
    }

    /** Lets new calls for these plugins wait in the room, and their generations serve no more. */
    synchronized List<Generation> hold(Set<String> ids, WaitingRoom room) {
        List<Generation> before = new ArrayList<>();
        for (String id : ids) {
            Generation one = serving.remove(id);
            if (one != null) {
                before.add(one);
                held.put(id, new Held(room, one));
                Map<String, Place> places = new HashMap<>();
                for (HostedAgent agent : one.agents()) {
                    places.put(agent.descriptor().name(), new Place(null, room, agent.entry()));
                }
                heldPlaces.put(id, places);
            }
        }
        publish();
        before.forEach(one -> listener.accept(status(one, PluginState.HELD)));
        return before;
    }

    /** Ends {@link #hold} for plugins that did not come back. */
    synchronized void release(Set<String> ids) {
        held.keySet().removeAll(ids);
        heldPlaces.keySet().removeAll(ids);
        publish();
    }

    /** Notes that the start of a plugin goes on, though that of the host is over. */
    synchronized void starting(Candidate late) {
        ArchiveInfo info = late.stored().info();
        starting.put(
                late.id(),
                new PluginStatus(
                        late.id(),
                        info.ref().version(),
                        info.digest(),
                        PluginState.STARTING,
                        List.of(),
                        "",
                        late.origin(),
                        Instant.now(),
                        info.warnings()));
    }

    synchronized void failed(String id, @Nullable PluginRef ref, String digest, String origin, String reason) {
        starting.remove(id);
        failures.put(id, new Failure(ref == null ? "" : ref.version(), digest, origin, reason, Instant.now()));
        list().stream()
                .filter(status -> status.id().equals(id) && status.state() != PluginState.DRAINING)
                .forEach(listener);
    }

    /** Forgets what was wrong with a file, which is gone or good now; but not of a plugin that is about to be served anew. */
    synchronized void forgiveFrom(String origin, @Nullable String except) {
        failures.entrySet()
                .removeIf(failure -> failure.getValue().origin().equals(origin)
                        && !failure.getKey().equals(except));
    }

    /** Whether anything is known of the id, be it only a failure. */
    synchronized boolean known(String id) {
        return serving.containsKey(id) || held.containsKey(id) || failures.containsKey(id) || starting.containsKey(id);
    }

    /** Serves nothing any more. */
    synchronized List<Generation> close() {
        List<Generation> last = List.copyOf(serving.values());
        closed = true;
        serving.clear();
        starting.clear();
        held.clear();
        heldPlaces.clear();
        own.clear();
        publish();
        return last;
    }

    synchronized void forgive(String id) {
        failures.remove(id);
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
        failures.forEach((id, failure) -> {
            if (!serving.containsKey(id) && !held.containsKey(id) && !starting.containsKey(id)) {
                add(
                        byId,
                        new PluginStatus(
                                id,
                                failure.version(),
                                failure.digest(),
                                PluginState.FAILED,
                                List.of(),
                                failure.reason(),
                                failure.origin(),
                                failure.since(),
                                List.of()));
            }
        });
        starting.values().forEach(one -> add(byId, one));
        draining.forEach(one -> add(byId, status(one, PluginState.DRAINING)));
        return byId.values().stream().flatMap(List::stream).toList();
    }

    private static void add(Map<String, List<PluginStatus>> byId, PluginStatus status) {
        byId.computeIfAbsent(status.id(), unused -> new ArrayList<>()).add(status);
    }

    private PluginStatus status(Generation one, PluginState state) {
        String id = one.ref().id();
        Failure newer = state == PluginState.SERVING ? failures.get(id) : null;
        String reason = newer == null
                ? ""
                : (newer.version().isEmpty() ? "" : "version " + newer.version() + " in ") + newer.origin()
                        + " does not serve: " + newer.reason();
        List<String> agents = state == PluginState.HELD
                ? heldPlaces.getOrDefault(id, Map.of()).keySet().stream()
                        .sorted()
                        .toList()
                : one.agentNames();
        return new PluginStatus(
                id,
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
        heldPlaces.values().forEach(places::putAll);
        for (Generation one : serving.values()) {
            for (HostedAgent agent : one.agents()) {
                places.put(agent.descriptor().name(), new Place(agent, null, agent.entry()));
            }
        }
        directory.publish(places);
    }
}
