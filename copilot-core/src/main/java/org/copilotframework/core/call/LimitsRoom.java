package org.copilotframework.core.call;

import java.time.Duration;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.session.SessionId;

/** Refuses what is too large, too deep or one too many, and what can only wait for itself. */
final class LimitsRoom implements Room {
    private final long messageBytes;
    private final int maxDepth;
    private final int callsPerRun;
    private volatile boolean closed;

    LimitsRoom(CallLimits limits) {
        this.messageBytes = limits.messageBytes();
        this.maxDepth = limits.maxDepth();
        this.callsPerRun = limits.callsPerRun();
    }

    @Override
    public boolean enter(Call call) {
        if (call.parent == null) {
            if (closed) {
                throw new UnavailableException("the orchestrator is closing", Duration.ofSeconds(1));
            }
        } else {
            checkChain(call, call.parent);
        }
        long weight = call.request().message().weight();
        if (weight > messageBytes) {
            throw new InvalidRequestException("message: weighs " + weight + " bytes, more than the " + messageBytes
                    + " of copilot.invoke.message-bytes; pass large content by reference");
        }
        return true;
    }

    /** Takes no further call from outside; calls that agents make in calls at work are let through. */
    void close() {
        closed = true;
    }

    private void checkChain(Call call, Call parent) {
        if (call.within != null && call.within.ended()) {
            throw new ConflictException("run " + parent.runId() + " has ended; its agent can call no other any more");
        }
        CopilotException over = parent.error();
        if (over != null) {
            throw Failures.again(over);
        }
        if (call.depth() > maxDepth) {
            throw new QuotaExceededException("agents called agents " + call.depth() + " levels deep, more than the "
                    + maxDepth + " of copilot.invoke.max-depth; the last was '"
                    + call.request().agent() + "'");
        }
        if (call.root.family().count() > callsPerRun) {
            throw new QuotaExceededException("run " + call.root.runId() + " has caused " + callsPerRun
                    + " calls, the most that copilot.invoke.calls-per-run allows");
        }
        SessionId session = call.session();
        for (Call above = parent; session != null && above != null; above = above.parent) {
            if (session.equals(above.session())) {
                throw new ConflictException(
                        "run " + above.runId() + " is at work on session '" + session
                                + "' and waits for this call, which would wait for it; call without a session or with another one");
            }
        }
    }
}
