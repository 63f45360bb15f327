package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.security.encryption.HeldKeys.Held;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a tenant's key: its place what lies there, and the wrapper if the key in memory is not young any more. Says which of the two
 * did not answer. Whoever calls this has the tenant's lock.
 */
final class KeyInquiry {
    private static final int TRIES = 10;
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final KeyBook book;
    private final HeldKeys held;
    private final LookMemory looks;
    private final Troubles troubles;
    private final LongSupplier clock;

    KeyInquiry(KeyBook book, HeldKeys held, LookMemory looks, Troubles troubles, LongSupplier clock) {
        this.book = book;
        this.held = held;
        this.looks = looks;
        this.troubles = troubles;
        this.clock = clock;
    }

    /**
     * The key as it is now; null if there is none.
     *
     * @param create whether one is made if there is none
     * @throws ServiceFailure if the place or the wrapper fails
     */
    @Nullable
    Held ask(TenantId tenant, boolean create) {
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
                return before != null && held.isYoung(before, now)
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
    static boolean isCutShort() {
        return Thread.currentThread().isInterrupted();
    }

    /** Tells a place that fails from a wrapper that does. */
    static final class ServiceFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final Troubles.Of of;
        final UnavailableException why;

        ServiceFailure(Troubles.Of of, UnavailableException why) {
            super(why);
            this.of = of;
            this.why = why;
        }
    }
}
