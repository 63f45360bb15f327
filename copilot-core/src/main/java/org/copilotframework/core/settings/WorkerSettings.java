package org.copilotframework.core.settings;

/** The threads that agents run on: {@code copilot.workers}. */
public final class WorkerSettings {
    private final CoreValues values;

    WorkerSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return how many platform threads run blocking agents where the JVM has no virtual threads} */
    public int threads() {
        return values.of(CoreSettings.WORKERS_THREADS);
    }

    /** {@return how many calls may wait for such a thread} */
    public int queue() {
        return values.of(CoreSettings.WORKERS_QUEUE);
    }

    /** {@return how many threads run agents that compute} */
    public int cpuThreads() {
        return values.of(CoreSettings.WORKERS_CPU_THREADS);
    }

    /** {@return whether blocking agents run on virtual threads} */
    public Virtual virtual() {
        return values.of(CoreSettings.WORKERS_VIRTUAL);
    }

    /** When blocking agents run on virtual threads. */
    public enum Virtual {
        /** Where the JVM has them. */
        AUTO,
        /** Never. */
        OFF
    }
}
