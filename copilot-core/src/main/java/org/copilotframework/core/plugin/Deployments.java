package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.WaitingRoom;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.jspecify.annotations.Nullable;

/**
 * What serves, what drains and what has failed, and the one place from which the directory of agents is published. Each method
 * is atomic; none runs code of a plugin.
 */
final class Deployments {
    private final AgentDirectory directory;
    private final Consumer<PluginStatus> listener;
    private final Absent absent = new Absent();
    private final Roster roster = new Roster(absent);
    private boolean closed;

    Deployments(AgentDirectory directory, Consumer<PluginStatus> listener) {
        this.directory = directory;
        this.listener = listener;
    }

    /** Registers agents of the application itself; they serve from now on and win every name. */
    synchronized void own(Collection<HostedAgent> agents) {
        for (HostedAgent agent : agents) {
            if (!roster.own(agent)) {
                throw new FailedStart("two agents of the application are named '"
                        + agent.descriptor().name() + "'");
            }
        }
        publish();
    }

    synchronized @Nullable Generation serving(String id) {
        return roster.serving(id);
    }

    /** How the plugins that serve at this moment depend on each other; those that are held will serve again. */
    synchronized Units units() {
        return roster.units();
    }

    /** Whether the plugin is being exchanged exclusively. */
    synchronized boolean isHeld(String id) {
        return roster.isHeld(id);
    }

    /** Whether an agent of this name serves, or is held. */
    synchronized boolean isTaken(String name) {
        return roster.namesWithout(Set.of()).isTaken(name);
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
        AgentNames taken = roster.namesWithout(moved);
        in.forEach(taken::claim);
        List<Generation> before = new ArrayList<>();
        for (String id : moved) {
            Generation one = roster.end(id);
            if (one != null) {
                before.add(one);
            }
        }
        in.forEach(roster::serve);
        publish();
        tell(in, PluginState.SERVING);
        return Optional.of(before);
    }

    /**
     * Serves the first generations of a host, in the given order: of two with an agent of one name, the first wins.
     *
     * @return those that do not serve, with the reason, also those that need one of them
     */
    synchronized Map<Generation, FailedStart> first(Collection<Generation> generations) {
        Map<Generation, FailedStart> refused = FirstRefusals.of(generations, roster.namesWithout(Set.of()));
        List<Generation> good = new ArrayList<>(generations);
        good.removeAll(refused.keySet());
        for (Generation one : good) {
            roster.serve(one);
        }
        publish();
        tell(good, PluginState.SERVING);
        return refused;
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
            Generation one = roster.hold(id, room);
            if (one != null) {
                before.add(one);
            }
        }
        publish();
        tell(before, PluginState.HELD);
        return Optional.of(before);
    }

    /** Ends {@link #hold} for plugins that did not come back. */
    synchronized void release(Set<String> ids) {
        roster.release(ids);
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

    /** Tells that what served does not serve any more. */
    void failed(Generation one, String reason) {
        failed(one.ref().id(), one.ref(), one.stored().info().digest(), one.origin(), reason);
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
        return roster.serving(id) != null || roster.isHeld(id) || absent.knows(id);
    }

    /** Serves nothing any more. */
    synchronized List<Generation> close() {
        List<Generation> last = roster.clear();
        closed = true;
        absent.noneStarts();
        publish();
        return last;
    }

    synchronized boolean closed() {
        return closed;
    }

    synchronized void draining(Collection<Generation> generations) {
        roster.draining(generations);
        tell(generations, PluginState.DRAINING);
    }

    synchronized boolean isDraining(String id) {
        return roster.isDraining(id);
    }

    synchronized void drained(Collection<Generation> generations) {
        roster.drained(generations);
    }

    synchronized List<PluginStatus> list() {
        return roster.statuses();
    }

    /** The digests of all archives that any status tells of. */
    synchronized Set<String> digests() {
        return roster.digests();
    }

    private void tell(Collection<Generation> generations, PluginState state) {
        for (Generation one : generations) {
            listener.accept(roster.status(one, state));
        }
    }

    private void publish() {
        directory.publish(roster.places());
    }
}
