package org.copilotframework.core.call;

import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * The thread that is within an agent on behalf of one call. It can be interrupted only while it is there: a thread of a pool
 * that has gone on to another call never gets the interrupt of an earlier one.
 */
final class AgentThread {
    private final Call call;
    private @Nullable Thread within;
    private boolean interrupted;
    private boolean abandoned;
    private @Nullable ScheduledFuture<?> grace;
    private @Nullable Pool lostTo;

    AgentThread(Call call) {
        this.call = call;
    }

    /**
     * The present thread enters the agent, and the time of a stored run begins: not before, or a thread that is held up here
     * would end a run that its agent has never seen.
     *
     * @return false if the call has ended meanwhile, so that it must not
     */
    synchronized boolean enter() {
        if (call.decided()) {
            return false;
        }
        within = Thread.currentThread();
        call.seen = true;
        DeadlineRoom.agentBegins(call);
        return true;
    }

    /** The present thread has left the agent. Takes back the interrupt that was meant for the agent. */
    void leave() {
        boolean clear;
        synchronized (this) {
            within = null;
            clear = interrupted;
            if (grace != null) {
                grace.cancel(false);
            }
            if (lostTo != null) {
                lostTo.found();
            }
            if (abandoned) {
                call.corridor.overruns.returned();
            }
        }
        if (clear || !call.ownThread) {
            Thread.interrupted();
        }
    }

    /** The caller no longer waits: interrupts the agent, and looks after a while whether it has returned. */
    synchronized void abandon() {
        Thread thread = within;
        if (thread == null || abandoned) {
            return;
        }
        abandoned = true;
        interrupted = true;
        call.corridor.overruns.abandoned();
        grace = call.corridor.overruns.watch(this, call);
        try {
            thread.interrupt();
        } catch (RuntimeException ofAChannel) {
            // An interruptible channel of the agent's own could not be closed; the flag is set all the same.
            Overruns.LOG.debug(
                    "An interrupt of agent '{}' closed a channel badly",
                    call.request().agent());
        }
    }

    /** After the grace: the thread if it is still in the agent. Its pool then has another in its place. */
    synchronized @Nullable Thread overrunning() {
        Pool pool = call.pool;
        if (within != null && pool != null && !call.ownThread && pool.lose()) {
            lostTo = pool;
        }
        return within;
    }
}
