package org.copilotframework.core.call;

import java.time.Duration;
import org.copilotframework.api.error.InvalidRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What bounds calls. Each component is the setting {@code copilot.invoke.<name-with-dashes>}.
 *
 * @param timeout how long a call may take that does not say
 * @param maxTimeout the longest time a call may ask for
 * @param cancelGrace how long an agent may go on after its call has ended before that counts as ignoring it
 * @param messageBytes the most a message, a reply or an event may weigh; less if the store takes only small commits
 * @param maxDepth the most levels of agents calling agents
 * @param callsPerRun the most calls that one call from outside may cause
 * @param concurrency the most calls from outside at work at once
 * @param agentConcurrency the most calls at work in one agent at once
 * @param queue the most calls that wait for one of these two
 * @param sessionQueue the most calls that wait for one session
 * @param events the most events retained per submitted run
 * @param eventBytes the most that the retained events of one run may weigh
 * @param runsKept how many ended runs stay readable
 * @param openFiles the most files that one activation may have open for reading at once
 * @param idempotencyTtl how long a key is known by which a request is done once
 */
public record CallLimits(
        Duration timeout,
        Duration maxTimeout,
        Duration cancelGrace,
        long messageBytes,
        int maxDepth,
        int callsPerRun,
        int concurrency,
        int agentConcurrency,
        int queue,
        int sessionQueue,
        int events,
        long eventBytes,
        int runsKept,
        int openFiles,
        Duration idempotencyTtl) {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /**
     * Checks.
     *
     * @throws InvalidRequestException if a limit is out of range; names the setting
     */
    public CallLimits {
        positive("timeout", timeout);
        positive("max-timeout", maxTimeout);
        positive("cancel-grace", cancelGrace);
        atLeast(1, "message-bytes", messageBytes);
        atLeast(0, "max-depth", maxDepth);
        atLeast(0, "calls-per-run", callsPerRun);
        atLeast(1, "concurrency", concurrency);
        atLeast(1, "agent-concurrency", agentConcurrency);
        atLeast(0, "queue", queue);
        atLeast(0, "session-queue", sessionQueue);
        atLeast(1, "events", events);
        atLeast(1, "event-bytes", eventBytes);
        atLeast(0, "runs-kept", runsKept);
        atLeast(1, "open-files", openFiles);
        positive("idempotency-ttl", idempotencyTtl);
        if (timeout.compareTo(maxTimeout) > 0) {
            throw new InvalidRequestException(
                    "copilot.invoke.timeout (" + timeout + ") is longer than copilot.invoke.max-timeout (" + maxTimeout
                            + "); lower the one or raise the other");
        }
    }

    /**
     * The limits that hold where nothing is set.
     *
     * @return one minute per call, and bounds that fit one process of moderate size
     */
    public static CallLimits defaults() {
        return new CallLimits(
                Duration.ofSeconds(60),
                Duration.ofHours(1),
                Duration.ofSeconds(5),
                4L << 20,
                16,
                1_000,
                20_000,
                10_000,
                10_000,
                64,
                1_024,
                256L << 10,
                1_000,
                32,
                Duration.ofDays(1));
    }

    /**
     * The same limits for a store that takes commits of so many bytes. An activation's commit may hold the request, the reply
     * twice and the session's state: so a message may weigh a quarter of it. Tells in the log what became of the setting.
     */
    CallLimits within(long maxCommitBytes) {
        long most = Math.max(1, maxCommitBytes / 4);
        if (messageBytes <= most) {
            return this;
        }
        LOG.info(
                "Messages may weigh {} bytes and not the {} of copilot.invoke.message-bytes: the store takes {} bytes in"
                        + " one commit, which may hold four of them",
                most,
                messageBytes,
                maxCommitBytes);
        return new CallLimits(
                timeout,
                maxTimeout,
                cancelGrace,
                most,
                maxDepth,
                callsPerRun,
                concurrency,
                agentConcurrency,
                queue,
                sessionQueue,
                events,
                eventBytes,
                runsKept,
                openFiles,
                idempotencyTtl);
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative() || value.compareTo(Duration.ofDays(365)) > 0) {
            throw new InvalidRequestException(
                    "copilot.invoke." + name + ": must be above zero and at most a year, not " + value);
        }
    }

    private static void atLeast(long least, String name, long value) {
        if (value < least) {
            throw new InvalidRequestException(
                    "copilot.invoke." + name + ": must be at least " + least + ", not " + value);
        }
    }
}
