package org.copilotframework.core.settings;

import java.time.Duration;

/** What one call may take: {@code copilot.invoke}. */
public final class InvokeSettings {
    private final CoreValues values;

    InvokeSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return how long a call may take if the caller does not say} */
    public Duration timeout() {
        return values.of(CoreSettings.INVOKE_TIMEOUT);
    }

    /** {@return the longest time a caller may ask for} */
    public Duration maxTimeout() {
        return values.of(CoreSettings.INVOKE_MAX_TIMEOUT);
    }

    /** {@return how long an agent may go on after its call was canceled or ran out of time} */
    public Duration cancelGrace() {
        return values.of(CoreSettings.INVOKE_CANCEL_GRACE);
    }

    /** {@return how large a message may be} */
    public ByteSize messageBytes() {
        return values.of(CoreSettings.INVOKE_MESSAGE_BYTES);
    }

    /** {@return how deep agents may call each other} */
    public int maxDepth() {
        return values.of(CoreSettings.INVOKE_MAX_DEPTH);
    }

    /** {@return how many calls to other agents one run may make in all} */
    public int callsPerRun() {
        return values.of(CoreSettings.INVOKE_CALLS_PER_RUN);
    }

    /** {@return how many calls may be at work at once in this process} */
    public int concurrency() {
        return values.of(CoreSettings.INVOKE_CONCURRENCY);
    }

    /** {@return how many calls of one agent may be at work at once} */
    public int agentConcurrency() {
        return values.of(CoreSettings.INVOKE_AGENT_CONCURRENCY);
    }

    /** {@return how many calls may wait for their turn in this process} */
    public int queue() {
        return values.of(CoreSettings.INVOKE_QUEUE);
    }

    /** {@return how many calls may wait for their turn in one session} */
    public int sessionQueue() {
        return values.of(CoreSettings.INVOKE_SESSION_QUEUE);
    }

    /** {@return how many events of a run are retained} */
    public int events() {
        return values.of(CoreSettings.INVOKE_EVENTS);
    }

    /** {@return how large the retained events of a run may be together} */
    public ByteSize eventBytes() {
        return values.of(CoreSettings.INVOKE_EVENT_BYTES);
    }

    /** {@return how many ended runs are kept in memory} */
    public int runsKept() {
        return values.of(CoreSettings.INVOKE_RUNS_KEPT);
    }

    /** {@return how many files one activation may have open for reading at once} */
    public int openFiles() {
        return values.of(CoreSettings.INVOKE_OPEN_FILES);
    }

    /** {@return how long a key is known by which a request is done once} */
    public Duration idempotencyTtl() {
        return values.of(CoreSettings.INVOKE_IDEMPOTENCY_TTL);
    }
}
