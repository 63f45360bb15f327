package org.copilotframework.core.call;

import java.time.Duration;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.agent.AgentDirectory.Place;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.WaitingRoom;
import org.jspecify.annotations.Nullable;

/** Takes a lease on the generation that serves the agent now, and keeps it until the agent has really returned. */
final class LeaseRoom implements Room {
    /** A generation that closes has been replaced in the directory already; losing this race twice is rare. */
    private static final int ATTEMPTS = 64;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final AgentDirectory agents;

    LeaseRoom(AgentDirectory agents) {
        this.agents = agents;
    }

    @Override
    public boolean enter(Call call) {
        String agent = call.request().agent();
        for (int i = 0; i < ATTEMPTS; i++) {
            Place place = agents.place(agent);
            WaitingRoom room = place.room();
            if (room != null) {
                return exchanged(call, place, room);
            }
            HostedAgent hosted = place.agent();
            MajorVersion wanted = call.ticket == null
                    ? null
                    : MajorVersion.of(call.ticket.detail().plugin());
            if (wanted != null && hosted != null && misfits(wanted, hosted)) {
                return joined(call, wanted);
            } else if (hosted != null && hosted.leases().tryAcquire(call)) {
                call.hosted = hosted;
                call.leased = true;
                return true;
            }
        }
        throw new UnavailableException("agent '" + agent + "' is being unloaded", RETRY_AFTER);
    }

    private static boolean misfits(MajorVersion wanted, HostedAgent hosted) {
        return hosted.entry().plugin().filter(plugin -> !wanted.fits(plugin)).isPresent();
    }

    /** A run that was suspended by a major version that was replaced goes on with that one, as long as it lives. */
    private boolean joined(Call call, MajorVersion wanted) {
        String agent = call.request().agent();
        HostedAgent old = agents.leaving(agent, wanted::fits).orElse(null);
        if (old == null || !old.leases().tryJoin(call)) {
            throw new UnavailableException(
                    "agent '" + agent + "' is not there in version " + wanted.shown() + " of its plugin any more",
                    RETRY_AFTER);
        }
        call.hosted = old;
        call.leased = true;
        return true;
    }

    @Override
    public void leave(Call call) {
        WaitingRoom room = call.keptIn;
        if (room != null) {
            room.leave(call);
        }
        HostedAgent hosted = call.hosted;
        if (call.leased && hosted != null) {
            call.leased = false;
            hosted.leases().release(call);
        }
    }

    @Override
    public boolean untilReturned() {
        return true;
    }

    /**
     * Waits until the plugin is exchanged; unless the exchange itself waits for this call's own chain to end. Then the call
     * runs on the generation that goes, which cannot go before the chain has ended.
     */
    private boolean exchanged(Call call, Place place, WaitingRoom room) {
        Call above = inPlugin(call, place);
        if (above != null) {
            HostedAgent borrowed = borrowed(call, place);
            if (borrowed == null) {
                throw new UnavailableException(
                        "the plugin of agent '" + call.request().agent() + "' is being exchanged, which waits for run "
                                + above.runId() + " to end",
                        RETRY_AFTER);
            }
            call.hosted = borrowed;
            return true;
        }
        call.keptIn = room;
        call.kept();
        if (room.enter(call, () -> call.corridor.again(call, () -> {}))) {
            return false;
        }
        if (!call.claim(Call.KEPT, Call.WALKING)) {
            return false;
        }
        call.unkept();
        throw new UnavailableException(
                "the plugin of agent '" + call.request().agent()
                        + "' is being exchanged and too many calls wait for it",
                RETRY_AFTER);
    }

    private static @Nullable Call inPlugin(Call call, Place place) {
        PluginRef plugin = place.entry().plugin().orElse(null);
        for (Call above = call.parent; plugin != null && above != null; above = above.parent) {
            HostedAgent hosted = above.hosted;
            if (hosted != null && hosted.plugin().plugin().id().equals(plugin.id())) {
                return above;
            }
        }
        return null;
    }

    /** The agent in a generation that a waiting caller of this chain keeps alive. */
    private static @Nullable HostedAgent borrowed(Call call, Place place) {
        for (Call above = call.parent; above != null; above = above.parent) {
            HostedAgent hosted = above.hosted;
            if (hosted == null || !call.waitedForByParent()) {
                continue;
            }
            if (hosted.descriptor().name().equals(call.request().agent())) {
                return hosted;
            }
            HostedAgent placed = place.agent();
            if (placed != null && placed.leases() == hosted.leases()) {
                return placed;
            }
        }
        return null;
    }
}
