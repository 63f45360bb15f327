package org.copilotframework.core.secret;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.secret.SecretValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One secret, as it was read last. Safe for use by several threads, of which at most one reads. */
final class KeptSecret {
    private static final Logger log = LoggerFactory.getLogger(KeptSecret.class);
    private static final Duration SOON = Duration.ofSeconds(1);
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

    /**
     * What went wrong. Not the exception: in its trace is whoever asked, which may be a plugin that is gone by then.
     *
     * @param since since when it fails
     * @param at when it failed last
     * @param code the code of the last error
     * @param words what that said
     * @param pause how long it said to wait, if it did
     */
    private record Failure(Instant since, long at, ErrorCode code, String words, Optional<Duration> pause) {
        CopilotException again(Duration otherwise) {
            return switch (code) {
                case NOT_FOUND -> new NotFoundException(words);
                case INVALID_REQUEST -> new InvalidRequestException(words);
                default -> new UnavailableException(words, pause.orElse(otherwise));
            };
        }
    }

    /** What somebody holds who may ask for the secret at any time. */
    private final class Handle implements Supplier<SecretValue> {
        @Override
        public SecretValue get() {
            return value();
        }
    }

    private final String name;
    private final BiFunction<String, Asking, SecretValue> source;
    private final Duration fresh;
    private final LongSupplier clock;
    private final ReentrantLock reading = new ReentrantLock();
    /** Whether somebody keeps it fresh. */
    private boolean fed;
    /** Held weakly, so that a secret that nobody can ask for any more is not read for ever. */
    private WeakReference<Handle> handle = new WeakReference<>(null);

    private volatile List<String> seen = List.of();
    private volatile @Nullable Kept kept;
    private volatile @Nullable Failure failure;
    /** When the read that is under way began; zero while there is none. */
    private volatile long readingSince;

    /**
     * A secret that was not read yet.
     *
     * @param source reads it
     * @param fresh how long what was read is as good as new
     * @param clock nanoseconds since some moment
     */
    KeptSecret(String name, BiFunction<String, Asking, SecretValue> source, Duration fresh, LongSupplier clock) {
        this.name = name;
        this.source = source;
        this.fresh = fresh;
        this.clock = clock;
    }

    /** What to ask it by at any time. As long as that is held by somebody, the secret is to be kept fresh. */
    synchronized Supplier<SecretValue> held() {
        Handle now = handle.get();
        if (now == null) {
            now = new Handle();
            handle = new WeakReference<>(now);
        }
        return now;
    }

    /** Whether the caller has to begin to keep it fresh, as nobody does. */
    synchronized boolean beginsToBeFed() {
        boolean begins = !fed;
        fed = true;
        return begins;
    }

    /** Whether whoever keeps it fresh may leave that, as nobody can ask for it any more. */
    synchronized boolean isForgotten() {
        fed = handle.get() != null;
        return !fed;
    }

    private synchronized boolean isHeld() {
        return handle.get() != null;
    }

    /** What it is, from memory. */
    SecretValue value() {
        Kept now = kept;
        if (now != null) {
            return now.at(clock.getAsLong());
        }
        Failure failed = failure;
        throw new UnavailableException(
                "the secret '" + name + "' was never read" + (failed == null ? "" : ": " + failed.words()),
                failed == null ? fresh : failed.pause().orElse(fresh));
    }

    /** What it is, read on this thread if it is old. Where the source fails or is at work, what was read last goes on. */
    SecretValue fresh(Asking asking) {
        Kept now = kept;
        if (now == null || clock.getAsLong() - now.readAt() >= fresh.toNanos()) {
            try {
                read(now == null ? asking : Asking.IF_READY);
            } catch (BusySourceException busy) {
                if (kept == null) {
                    throw new UnavailableException(
                            "who asked for the secret '" + name
                                    + "' was interrupted while its source was at work for somebody else",
                            SOON);
                }
            } catch (CopilotException failed) {
                if (kept == null) {
                    throw failed;
                }
            }
        }
        return value();
    }

    /**
     * Reads it anew. Who finds somebody reading waits, and takes what came of that.
     *
     * @throws BusySourceException if somebody is at work, and that is not to be waited for, or who waits is interrupted
     */
    void read(Asking asking) {
        Kept before = kept;
        Failure failedBefore = failure;
        begin(asking);
        readingSince = notZero(clock.getAsLong());
        try {
            if (!Objects.equals(before, kept)) {
                return;
            }
            Failure failedNow = failure;
            if (failedNow != null && !failedNow.equals(failedBefore)) {
                throw failedNow.again(fresh);
            }
            keep(source.apply(name, asking));
        } catch (CopilotException failed) {
            fail(failed);
            throw failed;
        } finally {
            readingSince = 0;
            reading.unlock();
        }
    }

    private void begin(Asking asking) {
        if (asking == Asking.UNLESS_BUSY || asking == Asking.IF_READY) {
            if (!reading.tryLock()) {
                throw new BusySourceException();
            }
            return;
        }
        try {
            reading.lockInterruptibly();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new BusySourceException();
        }
    }

    private static long notZero(long moment) {
        return moment == 0 ? 1 : moment;
    }

    private void keep(SecretValue told) {
        long now = clock.getAsLong();
        Kept last = kept;
        // First of all: nobody has it before it is kept out of messages.
        remember(told);
        if (last == null) {
            kept = new Kept(told, null, now, now);
        } else if (last.told().current().equals(told.current())) {
            kept = new Kept(told, last.before(), last.beforeUntil(), now);
        } else {
            kept = new Kept(told, last.told().current(), now + fresh.toNanos(), now);
            log.info("The secret '{}' has changed", name);
        }
        if (failure != null) {
            failure = null;
            log.info("The secret '{}' is read again", name);
        }
    }

    private void remember(SecretValue told) {
        List<String> values = new ArrayList<>(seen);
        told.previous().ifPresent(value -> {
            values.remove(value);
            values.add(value);
        });
        values.remove(told.current());
        values.add(told.current());
        seen = List.copyOf(values.subList(Math.max(0, values.size() - SEEN), values.size()));
    }

    private void fail(CopilotException failed) {
        Failure before = failure;
        Instant since = before == null ? Instant.now().truncatedTo(ChronoUnit.SECONDS) : before.since();
        failure = new Failure(since, clock.getAsLong(), failed.code(), failed.getMessage(), failed.retryAfter());
        if (before == null && kept != null) {
            log.warn("The secret '{}' cannot be read, so the last value goes on: {}", name, failed.getMessage());
        }
    }

    /** All that it is known to be or to have been. */
    List<String> seen() {
        return seen;
    }

    /**
     * What is wrong with a secret that should be kept fresh, or null. Of one that nobody asks for any more, but was made a text of,
     * a failure is told for one period: nobody will learn whether it is over.
     */
    @Nullable
    String trouble() {
        long began = readingSince;
        long reads = began == 0 ? 0 : clock.getAsLong() - began;
        if (reads >= OpenSource.HUNG.toNanos()) {
            return "the secret '" + name + "' is being read for "
                    + Duration.ofNanos(reads).toSeconds() + " seconds, and a source does not answer"
                    + (kept == null ? "" : "; its last value goes on");
        }
        Failure failed = failure;
        if (failed == null || (!isHeld() && clock.getAsLong() - failed.at() >= fresh.toNanos())) {
            return null;
        }
        return "the secret '" + name + "' cannot be read since " + failed.since()
                + (kept == null ? "" : ", and its last value goes on") + ": " + failed.words();
    }
}
