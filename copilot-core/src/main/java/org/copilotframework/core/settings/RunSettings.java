package org.copilotframework.core.settings;

import java.time.Duration;

/** How stored runs are kept and taken up: {@code copilot.runs}. */
public final class RunSettings {
    private final CoreValues values;

    RunSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return how long a run is a process's without a sign of life} */
    public Duration lease() {
        return values.of(CoreSettings.RUNS_LEASE);
    }

    /** {@return how often due runs are looked for} */
    public Duration pollInterval() {
        return values.of(CoreSettings.RUNS_POLL_INTERVAL);
    }

    /** {@return how long a run waits for input} */
    public Duration inputTimeout() {
        return values.of(CoreSettings.RUNS_INPUT_TIMEOUT);
    }

    /** {@return how long a run that is due waits for a process that has its agent} */
    public Duration agentTimeout() {
        return values.of(CoreSettings.RUNS_AGENT_TIMEOUT);
    }

    /** {@return how long an ended run is kept} */
    public Duration keep() {
        return values.of(CoreSettings.RUNS_KEEP);
    }

    /** {@return how many processes may end at work on one activation before the run fails} */
    public int maxAttempts() {
        return values.of(CoreSettings.RUNS_MAX_ATTEMPTS);
    }

    /** {@return how many stored runs may be at work here before no further ones are looked for} */
    public int taken() {
        return values.of(CoreSettings.RUNS_TAKEN);
    }
}
