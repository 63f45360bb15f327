package org.copilotframework.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.core.audit.AuditTrail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has denials audited, so many of each credential in a minute, and of those that nobody was recognised by together. Else whoever is
 * kept out could fill the storage, and hide one entry among a million.
 */
final class Denials implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Denials.class);

    /** So many credentials of a minute are summed up one by one. */
    private static final int MOST_SUMS = 20;

    /** The thread is there only while there is something to sum up. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final AuditTrail trail;
    private final int most;
    private final MinuteCounts counts;
    private final Duration every;
    private final ScheduledThreadPoolExecutor timer;
    private final AtomicBoolean waiting = new AtomicBoolean();

    /**
     * Begins with none.
     *
     * @param most how many of each are told one by one
     * @param every how often it is looked whether the minute is over, while there is more
     */
    Denials(AuditTrail trail, int most, LongSupplier clock, Duration every) {
        this.trail = trail;
        this.most = most;
        this.counts = new MinuteCounts(clock, this::sumUp);
        this.every = every;
        this.timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "copilot-denials");
            thread.setDaemon(true);
            thread.setContextClassLoader(Denials.class.getClassLoader());
            return thread;
        });
        timer.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        timer.allowCoreThreadTimeOut(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Whether it can be kept or not, what was denied stays denied. */
    void add(AuditEntry entry) {
        int count = counts.add(entry.credential());
        if (count <= most) {
            take(entry);
        } else if (!waiting.getAndSet(true)) {
            lookLater();
        }
    }

    /** How many more there were is told when the minute is over, also if nobody is denied anything after it. */
    private void lookLater() {
        try {
            timer.schedule(this::look, every.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            log.debug("What was denied last is not summed up: the door is closed");
        }
    }

    private void look() {
        waiting.set(false);
        if (!counts.endIfOver() && !waiting.getAndSet(true)) {
            lookLater();
        }
    }

    private void sumUp(Map<String, AtomicInteger> counted) {
        long rest = 0;
        int told = 0;
        for (Map.Entry<String, AtomicInteger> one : counted.entrySet()) {
            int untold = one.getValue().get() - most;
            if (untold > 0 && told < MOST_SUMS) {
                told++;
                take(sum(one.getKey(), untold));
            } else if (untold > 0) {
                rest += untold;
            }
        }
        if (rest > 0) {
            take(sum(MinuteCounts.OTHERS, rest));
        }
    }

    private static AuditEntry sum(String credential, long untold) {
        String words = untold + " more denials in about a minute, which are not told one by one";
        return new AuditEntry(Instant.now(), "", credential, null, "denials", "", "", AuditEntry.Outcome.DENIED, words);
    }

    private void take(AuditEntry entry) {
        if (!trail.tell(entry)) {
            log.debug("A denial is not audited; the trail has told why");
        }
    }

    /** Tells the rest. */
    @Override
    public void close() {
        timer.shutdown();
        counts.end();
    }
}
