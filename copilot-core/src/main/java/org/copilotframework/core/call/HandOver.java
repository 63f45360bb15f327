package org.copilotframework.core.call;

import java.time.Duration;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.agent.HostedAgent;

/** The last room: gives the call to the thread that enters the agent. */
final class HandOver implements Room {
    private final Workers workers;
    private final Overruns overruns;

    HandOver(Workers workers, Overruns overruns) {
        this.workers = workers;
        this.overruns = overruns;
    }

    @Override
    public boolean enter(Call call) {
        if (call.ownThread) {
            call.handToWaiter();
            return false;
        }
        // A child that is waited for must not wait for a thread: its parents may be the ones who have them all.
        boolean waitedForByAgent = call.waitedForByParent();
        call.give(Call.HANDED);
        if (workers.hand(call, lane(call), !waitedForByAgent) || !call.claim(Call.HANDED, Call.WALKING)) {
            return false;
        }
        if (!waitedForByAgent) {
            throw new UnavailableException(
                    "all threads for agent '" + call.request().agent()
                            + "' are at work and as many calls as may wait for one (copilot.workers.queue); send the request later",
                    Duration.ofSeconds(1));
        }
        call.ownThread = true;
        call.stopTimer();
        DeadlineRoom.startTimer(call);
        call.handToWaiter();
        return false;
    }

    /** Hands over anew what was given to virtual threads and has not begun, as far as there are free threads. */
    void handAgain(Iterable<Call> calls) {
        for (Call call : calls) {
            if (call.onVirtualThread && call.handed()) {
                if (!workers.handAgain(call)) {
                    return;
                }
                call.onVirtualThread = false;
            }
        }
    }

    private Workers.Lane lane(Call call) {
        HostedAgent hosted = call.hosted;
        if (hosted == null || overruns.caught(hosted)) {
            return Workers.Lane.OVERRUNNING;
        }
        return hosted.descriptor().execution() == Execution.CPU ? Workers.Lane.CPU : Workers.Lane.SHARED;
    }
}
