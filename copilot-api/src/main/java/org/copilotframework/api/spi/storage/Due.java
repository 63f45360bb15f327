package org.copilotframework.api.spi.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a run next wants a worker. A lease, a timer and a place in the queue are the same thing to a store: from that moment on
 * {@link Runs#claim} may give the run to somebody. Immutable.
 */
public final class Due {
    private static final Due NEVER = new Due(null, null);
    private static final Due NOW = new Due(Duration.ZERO, null);

    private final @Nullable Duration after;
    private final @Nullable Instant at;

    private Due(@Nullable Duration after, @Nullable Instant at) {
        this.after = after;
        this.at = at;
    }

    /**
     * No worker is wanted: the run has ended, or waits for somebody outside.
     *
     * @return always the same
     */
    public static Due never() {
        return NEVER;
    }

    /**
     * A worker is wanted at once.
     *
     * @return always the same
     */
    public static Due now() {
        return NOW;
    }

    /**
     * A worker is wanted after a time, by the store's own clock. This is how a lease is taken.
     *
     * @param wait how long from the moment of the commit
     * @return the moment
     */
    public static Due after(Duration wait) {
        return new Due(Objects.requireNonNull(wait, "wait"), null);
    }

    /**
     * A worker is wanted at a moment of the calendar, compared with the store's own clock.
     *
     * @param moment the moment; stores keep it to the millisecond or finer
     * @return the moment
     */
    public static Due at(Instant moment) {
        return new Due(null, Objects.requireNonNull(moment, "moment"));
    }

    /**
     * The moment by the clock of the store.
     *
     * @param now the store's clock
     * @return when a worker is wanted, or empty for never
     */
    public Optional<Instant> from(Instant now) {
        return after != null ? Optional.of(now.plus(after)) : Optional.ofNullable(at);
    }

    /**
     * The wait that {@link #after} was given, for a store whose clock is only seen by its server.
     *
     * @return the wait, or empty for {@link #never} and {@link #at}
     */
    public Optional<Duration> relative() {
        return Optional.ofNullable(after);
    }

    /**
     * The moment that {@link #at} was given.
     *
     * @return the moment, or empty for {@link #never} and {@link #after}
     */
    public Optional<Instant> absolute() {
        return Optional.ofNullable(at);
    }

    @Override
    public String toString() {
        return after != null ? "after " + after : at != null ? "at " + at : "never";
    }
}
