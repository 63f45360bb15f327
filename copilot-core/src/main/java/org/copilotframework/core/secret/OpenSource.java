package org.copilotframework.core.secret;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretSourceProvider;
import org.copilotframework.api.spi.secret.SecretValue;
import org.copilotframework.core.provider.FoundProvider;
import org.jspecify.annotations.Nullable;

/**
 * A source that is open, and whose faults are told in our words: in its own there may be a secret. It is asked for one secret at a
 * time, so that one that hangs holds one thread.
 */
final class OpenSource implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(10);
    /** After so long a read is no longer awaited, but told. */
    static final Duration HUNG = Duration.ofSeconds(30);

    /**
     * The source has just failed.
     *
     * @param words how
     * @param until until when asking again is said to be useless
     */
    private record Down(String words, long until) {}

    private final SecretSource source;
    private final @Nullable FoundProvider<SecretSourceProvider, String> provider;
    private final LongSupplier clock;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile long readingSince;
    private volatile @Nullable Down down;

    /**
     * Takes a source over.
     *
     * @param provider who opened it, and in whose surroundings it is called; null for one of ours
     * @param clock nanoseconds since some moment
     */
    OpenSource(
            SecretSource source, @Nullable FoundProvider<SecretSourceProvider, String> provider, LongSupplier clock) {
        this.source = source;
        this.provider = provider;
        this.clock = clock;
    }

    /**
     * Reads a secret.
     *
     * @throws BusySourceException if it is at work for somebody else, and that is not to be waited for, or who waits is interrupted
     */
    Optional<SecretValue> read(String name, Asking asking) {
        begin(asking);
        readingSince = clock.getAsLong();
        try {
            return asked(name, asking);
        } finally {
            reading.unlock();
        }
    }

    private Optional<SecretValue> asked(String name, Asking asking) {
        if (asking == Asking.UNLESS_DOWN || asking == Asking.IF_READY) {
            demandUp();
        }
        try {
            Optional<SecretValue> value = provider == null
                    ? guarded(name)
                    : provider.call(surroundings -> guarded(name), "read the secret '" + name + "'");
            down = null;
            return value;
        } catch (UnavailableException failed) {
            // Of ours one file may fail, and the others not.
            if (provider != null) {
                Duration wait = failed.retryAfter().orElse(RETRY);
                down = new Down(failed.getMessage(), clock.getAsLong() + wait.toNanos());
            }
            throw failed;
        }
    }

    private void begin(Asking asking) {
        if (asking == Asking.UNLESS_BUSY || asking == Asking.IF_READY) {
            if (reading.tryLock()) {
                return;
            } else if (clock.getAsLong() - readingSince < HUNG.toNanos()) {
                throw new BusySourceException();
            }
            throw new UnavailableException("a read of it does not end", RETRY);
        }
        try {
            reading.lockInterruptibly();
        } catch (InterruptedException hurried) {
            // That says nothing about the source.
            Thread.currentThread().interrupt();
            throw new BusySourceException();
        }
    }

    private void demandUp() {
        Down last = down;
        long left = last == null ? 0 : last.until() - clock.getAsLong();
        if (last != null && left > 0) {
            throw new UnavailableException(last.words(), Duration.ofNanos(left));
        }
    }

    private Optional<SecretValue> guarded(String name) {
        try {
            Optional<SecretValue> value = source.read(name);
            if (value != null) {
                return value;
            }
        } catch (InvalidRequestException | UnavailableException told) {
            throw told;
        } catch (CopilotException other) {
            throw new UnavailableException(
                    "it fails: " + other.getMessage(), other.retryAfter().orElse(RETRY));
        } catch (Throwable broken) {
            if (broken instanceof VirtualMachineError exhausted && !(broken instanceof StackOverflowError)) {
                throw exhausted;
            }
            StackTraceElement[] trace = broken.getStackTrace();
            throw new UnavailableException(
                    "it is broken: " + broken.getClass().getName()
                            + (trace.length == 0 ? "" : " at " + trace[0])
                            + "; its message is not shown, for it may hold a secret",
                    RETRY);
        }
        throw new UnavailableException("it is broken: it returned null", RETRY);
    }

    @Override
    public void close() {
        if (provider == null) {
            source.close();
        } else {
            provider.call(
                    surroundings -> {
                        source.close();
                        return "";
                    },
                    "close the source of secrets");
        }
    }
}
