package org.copilotframework.core.secret;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.secret.SecretValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One secret, as it was read last. Safe for use by several threads, of which at most one reads. */
final class KeptSecret {
    private static final Logger log = LoggerFactory.getLogger(KeptSecret.class);
    /** How many earlier values are remembered, to be kept out of messages. */
    private static final int SEEN = 4;

    /**
     * What was read.
     *
     * @param told as the source told it
     * @param before the value before, if the source tells none and it has just changed
     * @param beforeUntil until when that counts
     * @param readAt when it was read
     */
    private record Kept(SecretValue told, @Nullable String before, long beforeUntil, long readAt) {
        SecretValue at(long now) {
            boolean counts = told.previous().isEmpty() && before != null && now - beforeUntil < 0;
            return counts ? new SecretValue(told.current(), Optional.ofNullable(before)) : told;
        }
    }

    private record Failure(Instant since, CopilotException last) {}

    private final String name;
    private final Function<String, SecretValue> source;
    private final Duration fresh;
    private final LongSupplier clock;
    private final AtomicBoolean live = new AtomicBoolean();
    private final ReentrantLock reading = new ReentrantLock();
    private volatile List<String> seen = List.of();
    private volatile @Nullable Kept kept;
    private volatile @Nullable Failure failure;

    /**
     * A secret that was not read yet.
     *
     * @param source reads it
     * @param fresh how long what was read is as good as new
     * @param clock nanoseconds since some moment
     */
    KeptSecret(String name, Function<String, SecretValue> source, Duration fresh, LongSupplier clock) {
        this.name = name;
        this.source = source;
        this.fresh = fresh;
        this.clock = clock;
    }

    /** Whether this is the first time that somebody wants to have it kept fresh. */
    boolean becomesLive() {
        return live.compareAndSet(false, true);
    }

    /** What it is, from memory. */
    SecretValue value() {
        Kept now = kept;
        if (now != null) {
            return now.at(clock.getAsLong());
        }
        Failure failed = failure;
        throw new UnavailableException(
                "the secret '" + name + "' was never read"
                        + (failed == null ? "" : ": " + failed.last().getMessage()),
                failed == null ? fresh : failed.last().retryAfter().orElse(fresh));
    }

    /** What it is, read on this thread if it is old. Where the source fails, what was read last goes on. */
    SecretValue fresh() {
        Kept now = kept;
        if (now == null || clock.getAsLong() - now.readAt() >= fresh.toNanos()) {
            try {
                read();
            } catch (CopilotException failed) {
                if (kept == null) {
                    throw failed;
                }
            }
        }
        return value();
    }

    /** Reads it anew. Who finds somebody reading waits, and takes what came of that. */
    void read() {
        Kept before = kept;
        Failure failedBefore = failure;
        reading.lock();
        try {
            if (!Objects.equals(before, kept)) {
                return;
            } else if (!Objects.equals(failedBefore, failure) && failure != null) {
                throw failure.last();
            }
            keep(source.apply(name));
        } catch (CopilotException failed) {
            fail(failed);
            throw failed;
        } finally {
            reading.unlock();
        }
    }

    private void keep(SecretValue told) {
        long now = clock.getAsLong();
        Kept last = kept;
        if (last == null) {
            kept = new Kept(told, null, now, now);
        } else if (last.told().current().equals(told.current())) {
            kept = new Kept(told, last.before(), last.beforeUntil(), now);
        } else {
            kept = new Kept(told, last.told().current(), now + fresh.toNanos(), now);
            log.info("The secret '{}' has changed", name);
        }
        remember(told);
        if (failure != null) {
            failure = null;
            log.info("The secret '{}' is read again", name);
        }
    }

    private void remember(SecretValue told) {
        List<String> values = new ArrayList<>(seen);
        told.previous().filter(value -> !values.contains(value)).ifPresent(values::add);
        if (!values.contains(told.current())) {
            values.add(told.current());
        }
        seen = List.copyOf(values.subList(Math.max(0, values.size() - SEEN), values.size()));
    }

    private void fail(CopilotException failed) {
        Failure before = failure;
        if (before == null) {
            failure = new Failure(Instant.now().truncatedTo(ChronoUnit.SECONDS), failed);
            if (kept != null) {
                log.warn("The secret '{}' cannot be read, so the last value goes on: {}", name, failed.getMessage());
            }
        } else {
            failure = new Failure(before.since(), failed);
        }
    }

    /** All that it is known to be or to have been. */
    List<String> seen() {
        return seen;
    }

    /** What is wrong with a secret that should be kept fresh, or null. */
    @Nullable
    String trouble() {
        Failure failed = failure;
        if (failed == null || !live.get()) {
            return null;
        }
        return "the secret '" + name + "' cannot be read since " + failed.since()
                + (kept == null ? "" : ", and its last value goes on") + ": "
                + failed.last().getMessage();
    }
}
