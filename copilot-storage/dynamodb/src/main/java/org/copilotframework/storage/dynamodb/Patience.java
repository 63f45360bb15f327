package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Sends a request again, with longer and longer pauses, until it is answered or the time is up. The SDK's own retries are off:
 * they know neither our time nor what may be sent twice.
 */
final class Patience {
    private static final long FIRST_PAUSE = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofMillis(640).toNanos();
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final String store;
    private final Duration timeout;
    private final boolean each;
    private final BooleanSupplier closed;
    private long deadline;
    private int pauses;
    private @Nullable SdkException last;

    /** With {@code each}, every request has all of the time, and not all requests together. */
    Patience(String store, Duration timeout, boolean each, BooleanSupplier closed) {
        this.store = store;
        this.timeout = timeout;
        this.each = each;
        this.closed = closed;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Sends a request.
     *
     * @param repeatable whether it does no harm to send it again when nobody knows if it was carried out
     */
    <T> T send(boolean repeatable, Function<AwsRequestOverrideConfiguration, T> request) {
        if (each) {
            deadline = System.nanoTime() + timeout.toNanos();
            pauses = 0;
            last = null;
        }
        while (true) {
            Duration left = left();
            // So that there is time for a second attempt on another connection if this one does not answer.
            Duration once = repeatable ? timeout.dividedBy(2) : left;
            try {
                return request.apply(AwsRequestOverrideConfiguration.builder()
                        .apiCallTimeout(left)
                        .apiCallAttemptTimeout(once.compareTo(left) < 0 ? once : left)
                        .build());
            } catch (SdkException failure) {
                if (!Failures.again(failure, repeatable)) {
                    throw Failures.translated(failure, store);
                }
                last = failure;
                pause();
            } catch (IllegalStateException | RejectedExecutionException failure) {
                // What the client says if it was closed in the middle of a call.
                if (closed.getAsBoolean()) {
                    throw new UnavailableException("the store " + store + " was closed", Duration.ZERO, failure);
                }
                throw failure;
            }
        }
    }

    /** Waits a little, a little longer each time, at random so that those who collided do not collide again. */
    void pause() {
        long longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(pauses++, 10));
        long pause = ThreadLocalRandom.current().nextLong(longest / 4, longest);
        if (left().toNanos() <= pause) {
            throw late();
        }
        try {
            Thread.sleep(Duration.ofNanos(pause).toMillis(), (int) (pause % 1_000_000));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("the call to " + store + " was interrupted", RETRY_AFTER, interrupted);
        }
    }

    boolean halfOver() {
        return deadline - System.nanoTime() < timeout.toNanos() / 2;
    }

    private Duration left() {
        long left = deadline - System.nanoTime();
        if (left < 1_000_000) {
            throw late();
        }
        return Duration.ofNanos(left);
    }

    private UnavailableException late() {
        String reason = last == null ? "" : "; the last failure was " + Failures.name(last);
        return new UnavailableException(
                store + " did not answer within " + timeout.toMillis() + " ms (copilot.storage.dynamodb.timeout)"
                        + reason,
                RETRY_AFTER,
                last);
    }
}
