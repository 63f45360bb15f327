package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.security.encryption.HeldKeys.Held;
import org.jspecify.annotations.Nullable;

/**
 * The tenants' keys in memory. One is used for a time without a look, then it is looked whether it still lies in its place; half its
 * life after the wrapper gave it, the wrapper is asked again. While one thread asks, the others use the key that they have. Safe for
 * use by several threads.
 */
final class DataKeys {
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final KeyBook book;
    private final HeldKeys held;
    private final LookMemory looks;
    private final TenantLocks locks = new TenantLocks();
    private final Troubles troubles;
    private final KeyInquiry inquiry;
    private final LongSupplier clock;

    DataKeys(KeyBook book, AeadSettings settings, LongSupplier clock) {
        this.book = book;
        this.held = new HeldKeys(settings, clock);
        this.looks = new LookMemory(clock);
        this.troubles = new Troubles(settings.keyLife(), clock);
        this.inquiry = new KeyInquiry(book, held, looks, troubles, clock);
        this.clock = clock;
    }

    /** The key that a tenant's data is encrypted with; makes one if there is none. */
    TenantKey forWriting(TenantId tenant) {
        Held here = held.fresh(tenant);
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
        Held here = held.fresh(tenant);
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
        if (held.fresh(tenant) == null) {
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
        held.dropDead();
        return troubles.list();
    }

    /** Where the keys lie, for messages. */
    String place() {
        return book.toString();
    }

    private @Nullable Held looked(TenantId tenant, boolean create) {
        Held before = held.alive(tenant);
        boolean usable = before != null;
        if (!usable) {
            looks.refuseAfterFailure(tenant);
        }
        try (TenantLocks.Taken turn = usable ? locks.tryTake(tenant) : locks.take(tenant)) {
            if (turn == null) {
                return before;
            }
            Held since = held.fresh(tenant);
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
                if (KeyInquiry.isCutShort()) {
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
        held.dropDead();
        try {
            Held now = inquiry.ask(tenant, create);
            if (now == null) {
                held.remove(tenant);
                troubles.over(tenant);
            } else {
                if (now.isNew()) {
                    troubles.over(tenant);
                }
                held.keep(tenant, now);
            }
            looks.succeeded(tenant);
            return now;
        } catch (InvalidRequestException wrongKey) {
            return usedOn(tenant, new UnavailableException(wrongKey.getMessage(), RETRY, wrongKey), Troubles.Of.KEY);
        } catch (KeyInquiry.ServiceFailure failed) {
            return usedOn(tenant, failed.why, failed.of);
        } catch (UnavailableException restless) {
            return usedOn(tenant, restless, Troubles.Of.KEY);
        }
    }

    /** A key that is still alive is used on; the next attempt is made when it is to be looked at again. */
    private Held usedOn(TenantId tenant, UnavailableException down, Troubles.Of of) {
        boolean cutShort = KeyInquiry.isCutShort();
        if (!cutShort) {
            troubles.begin(tenant, String.valueOf(down.getMessage()), Damage.isOfOne(down) ? Troubles.Of.KEY : of);
            looks.failed(tenant, down);
        }
        Held before = held.alive(tenant);
        if (before == null) {
            held.remove(tenant);
            throw down;
        } else if (cutShort) {
            // Nobody knows how it would have ended; the next one asks.
            return before;
        }
        Held on = new Held(before.key(), before.record(), clock.getAsLong(), before.given());
        held.keep(tenant, on);
        return on;
    }
}
