package org.copilotframework.core.call;

import org.copilotframework.api.error.InvalidRequestException;

/**
 * How many platform threads agents may have. The settings are {@code copilot.workers.threads}, {@code
 * .cpu-threads} and {@code .queue}, which is for both queues.
 *
 * @param threads for agents that mostly wait, where the JVM has no virtual threads or they get no processor
 * @param queue how many calls may wait for one of these
 * @param cpuThreads for agents that mostly compute; as many again are for agents that were caught overrunning
 * @param cpuQueue how many calls may wait for one of these
 */
public record WorkerLimits(int threads, int queue, int cpuThreads, int cpuQueue) {
    /**
     * Checks.
     *
     * @throws InvalidRequestException if a limit is out of range; names the setting
     */
    public WorkerLimits {
        atLeast(1, "threads", threads);
        atLeast(0, "queue", queue);
        atLeast(1, "cpu-threads", cpuThreads);
        atLeast(0, "queue", cpuQueue);
    }

    /**
     * The limits that hold where nothing is set.
     *
     * @return 256 threads for waiting, one per processor for computing
     */
    public static WorkerLimits defaults() {
        return new WorkerLimits(256, 2_000, Runtime.getRuntime().availableProcessors(), 1_000);
    }

    private static void atLeast(int least, String name, int value) {
        if (value < least) {
            throw new InvalidRequestException(
                    "copilot.workers." + name + ": must be at least " + least + ", not " + value);
        }
    }
}
