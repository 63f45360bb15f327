package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.Encryption;
import org.jspecify.annotations.Nullable;

/**
 * The tenants' keys in memory. One is used for a time without a look, then it is looked whether it still lies in its place; half its
 * life after the wrapper gave it, the wrapper is asked again. While one thread asks, the others use the key that they have. Safe for
 * use by several threads.
 */
final class DataKeys {
    private static final int MOST = 10_000;
    private static final int TRIES = 10;
    private static final Duration RETRY = Duration.ofSeconds(10);

    /** A key, what lay in its place, when that was looked at, and when the wrapper gave it. */
    private record Held(TenantKey key, KeyRecord record, long checked, long given) {}

    private final KeyBook book;
    private final long check;
    private final long life;
    private final LongSupplier clock;
    private final Map<TenantId, Held> held = new ConcurrentHashMap<>();
    private final LookMemory looks;
    private final TenantLocks locks = new TenantLocks();
    private final Troubles troubles;

    DataKeys(KeyBook book, AeadSettings settings, LongSupplier clock) {
        this.book = book;
        this.check = settings.keyCheck().toNanos();
        this.life = settings.keyLife().toNanos();
        this.clock = clock;
        this.looks = new LookMemory(clock);
        this.troubles = new Troubles(settings.keyLife(), clock);
    }

    /** The key that a tenant's data is encrypted with; makes one if there is none. */
    TenantKey forWriting(TenantId tenant) {
        Held here = fresh(tenant);
        if (here == null) {
            here = looked(tenant, true);
        }
        // One is made if there is none.
        return Objects.requireNonNull(here).key();
    }

    /**
     * The key of a name; empty if it is not the tenant's, or not any more.
     *
     * @throws UnavailableException if that is not known, since the place or the wrapper fails
     */
    Optional<TenantKey> named(TenantId tenant, byte[] stored, int from) {
        Held here = fresh(tenant);
        if (here == null) {
            if (looks.isStranger(tenant, stored, from)) {
                return Optional.empty();
            }
            here = looked(tenant, false);
            if (here == null) {
                // There is no key at all, of which nothing is kept that would save the next look.
                looks.stranger(tenant, stored, from);
            }
        }
        if (here != null && !here.key().named(stored, from)) {
            // Another node may have made the tenant anew since this one looked.
            here = relooked(tenant, stored, from);
        }
        return here != null && here.key().named(stored, from) ? Optional.of(here.key()) : Optional.empty();
    }

    /**
     * Demands that it can be said which key a tenant has, be it none.
     *
     * @throws UnavailableException if that is not known, since the place or the wrapper fails
     */
    void demand(TenantId tenant) {
        if (fresh(tenant) == null) {
            looked(tenant, false);
        }
    }

    /**
     * The key that lies in the place now, as the wrapper gives it now; empty if there is none. Unlike the others this says if the
     * wrapper has not the right key.
     */
    Optional<TenantKey> proven(TenantId tenant) {
        return book.read(tenant).map(record -> book.unwrapped(tenant, record));
    }

    /** Destroys a tenant's key, in its place and here. */
    void destroy(TenantId tenant) {
        try (TenantLocks.Taken turn = locks.take(tenant)) {
            book.demandPlace();
            book.destroy(tenant);
            held.remove(tenant);
            looks.forget(tenant);
            troubles.over(tenant);
        }
    }

    void forget() {
        held.clear();
    }

    List<String> troubles() {
        dropDead();
        return troubles.list();
    }

    /** Where the keys lie, for messages. */
    String place() {
        return book.toString();
    }

    private @Nullable Held fresh(TenantId tenant) {
        Held here = held.get(tenant);
        return here != null && clock.getAsLong() - here.checked() < check && alive(here) ? here : null;
    }

    private boolean alive(Held one) {
        return clock.getAsLong() - one.given() < life;
    }

    private @Nullable Held looked(TenantId tenant, boolean create) {
        Held before = held.get(tenant);
        boolean usable = before != null && alive(before);
        if (!usable) {
            looks.refuseAfterFailure(tenant);
        }
        try (TenantLocks.Taken turn = usable ? locks.tryTake(tenant) : locks.take(tenant)) {
            if (turn == null) {
                return before;
            }
            Held since = fresh(tenant);
            if (since != null) {
                return since;
            } else if (!usable) {
                // Somebody else may have failed while this one waited.
                looks.refuseAfterFailure(tenant);
            }
            return asked(tenant, create);
        }
    }

    private @Nullable Held relooked(TenantId tenant, byte[] stored, int from) {
        if (looks.isStranger(tenant, stored, from)) {
            return null;
        }
        looks.refuseAfterFailure(tenant);
        try (TenantLocks.Taken turn = locks.take(tenant)) {
            looks.refuseAfterFailure(tenant);
            Held now = asked(tenant, false);
            if (now == null || !now.key().named(stored, from)) {
                // If the look failed, it is not known whose the name is.
                looks.refuseAfterFailure(tenant);
                if (isCutShort()) {
                    throw new UnavailableException(
                            "interrupted while the key of tenant '" + tenant + "' was looked for", RETRY);
                }
                looks.stranger(tenant, stored, from);
            }
            return now;
        }
    }

    /** Asks the place, and the wrapper if need be. The caller has the tenant's lock. */
    private @Nullable Held asked(TenantId tenant, boolean create) {
        dropDead();
        try {
            Held now = given(tenant, create);
            if (now == null) {
                held.remove(tenant);
                troubles.over(tenant);
            } else {
                if (now.given() == now.checked()) {
                    troubles.over(tenant);
                }
                keep(tenant, now);
            }
            looks.succeeded(tenant);
            return now;
        } catch (InvalidRequestException wrongKey) {
            return usedOn(tenant, new UnavailableException(wrongKey.getMessage(), RETRY, wrongKey), Troubles.Of.KEY);
        } catch (ServiceFailure failed) {
            return usedOn(tenant, failed.why, failed.of);
        } catch (UnavailableException restless) {
            return usedOn(tenant, restless, Troubles.Of.KEY);
        }
    }

    private @Nullable Held given(TenantId tenant, boolean create) {
        for (int i = 0; i < TRIES; i++) {
            long now = clock.getAsLong();
            KeyRecord record = inPlace(tenant);
            Held before = held.get(tenant);
            if (before != null
                    && (record == null
                            || !Arrays.equals(record.id(), before.record().id()))) {
                // The place was reached, and this key is gone: whatever else fails, it is not used on.
                held.remove(tenant, before);
                before = null;
            }
            if (record != null) {
                return before != null && now - before.given() < life / 2
                        ? new Held(before.key(), record, now, before.given())
                        : new Held(unwrapped(tenant, record), record, now, now);
            } else if (!create) {
                return null;
            }
            KeyBook.Made made = answer(Troubles.Of.WRAPPER, () -> book.made(tenant));
            record = answer(Troubles.Of.WRITES, () -> book.added(tenant, made)) ? inPlace(tenant) : null;
            if (record != null && Arrays.equals(record.id(), made.record().id())) {
                return new Held(made.key(), record, now, now);
            }
        }
        throw new UnavailableException(
                "the key of tenant '" + tenant + "' is made and deleted again and again; see who erases the tenant",
                RETRY);
    }

    private TenantKey unwrapped(TenantId tenant, KeyRecord record) {
        return answer(Troubles.Of.WRAPPER, () -> book.unwrapped(tenant, record));
    }

    /** What the place says. A place that has no keys at all is not believed: it may be a folder that is not mounted. */
    private @Nullable KeyRecord inPlace(TenantId tenant) {
        return answer(
                        Troubles.Of.PLACE,
                        () -> book.read(tenant).or(() -> {
                            if (!tenant.equals(Encryption.KEYS)) {
                                book.demandPlace();
                            }
                            return Optional.empty();
                        }))
                .orElse(null);
    }

    /** Asks the place or the wrapper, unless it was just silent for somebody. */
    private <T> T answer(Troubles.Of service, Supplier<T> question) {
        long began = clock.getAsLong();
        try {
            looks.refuseWhileSilent(service);
            T answer = question.get();
            troubles.answered(service);
            looks.answered(service);
            return answer;
        } catch (UnavailableException down) {
            if (!isCutShort()) {
                looks.failed(service, down, began);
            }
            throw new ServiceFailure(service, down);
        }
    }

    /** Whether the thread is interrupted, so that it is its own matter that something failed. */
    private static boolean isCutShort() {
        return Thread.currentThread().isInterrupted();
    }

    /** Tells a place that fails from a wrapper that does. */
    private static final class ServiceFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Troubles.Of of;
        private final UnavailableException why;

        ServiceFailure(Troubles.Of of, UnavailableException why) {
            super(why);
            this.of = of;
            this.why = why;
        }
    }

    /** A key that is still alive is used on; the next attempt is made when it is to be looked at again. */
    private Held usedOn(TenantId tenant, UnavailableException down, Troubles.Of of) {
        boolean cutShort = isCutShort();
        if (!cutShort) {
            troubles.begin(tenant, String.valueOf(down.getMessage()), Damage.isOfOne(down) ? Troubles.Of.KEY : of);
            looks.failed(tenant, down);
        }
        Held before = held.get(tenant);
        if (before == null || !alive(before)) {
            held.remove(tenant);
            throw down;
        } else if (cutShort) {
            // Nobody knows how it would have ended; the next one asks.
            return before;
        }
        Held on = new Held(before.key(), before.record(), clock.getAsLong(), before.given());
        keep(tenant, on);
        return on;
    }

    private void keep(TenantId tenant, Held one) {
        if (held.size() >= MOST && !held.containsKey(tenant)) {
            long now = clock.getAsLong();
            held.entrySet().stream()
                    .max(Comparator.comparingLong(
                            entry -> now - entry.getValue().checked()))
                    .ifPresent(oldest -> held.remove(oldest.getKey()));
        }
        held.put(tenant, one);
    }

    /** A key that is not used any more does not stay in memory for ever. */
    private void dropDead() {
        held.values().removeIf(one -> !alive(one));
    }
}
