package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.encryption.Encryption.Rotation;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.jspecify.annotations.Nullable;

/** The tenants' keys as they lie in their place, wrapped. Safe for use by several threads. */
final class KeyBook {
    private static final int DATA_KEY = 32;
    private static final int TRIES = 10;
    private static final int PASSES = 10;
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final KeyWrapper wrapper;
    private final KeyPlace place;

    KeyBook(KeyWrapper wrapper, KeyPlace place) {
        this.wrapper = wrapper;
        this.place = place;
    }

    /** What lies there for a tenant. */
    Optional<KeyRecord> read(TenantId tenant) {
        return place.read(tenant).map(kept -> KeyRecord.of(tenant, kept.content()));
    }

    /**
     * Demands that this is the place where keys lie, and not an empty one that has come in its stead.
     *
     * @throws UnavailableException if the encryption's own key is not there
     */
    void demandPlace() {
        if (place.read(Encryption.KEYS).isEmpty()) {
            throw new UnavailableException(
                    "the keys are gone from " + place + ", where they lay before; mount it, or restore it", RETRY);
        }
    }

    /** Makes a key ready that lies there. */
    TenantKey unwrapped(TenantId tenant, KeyRecord record) {
        byte[] dataKey;
        try {
            dataKey = wrapper.unwrap(record.wrapped(), KeyRecord.context(tenant, record.id()));
        } catch (ConflictException changed) {
            throw Damage.ofKey(tenant, changed);
        }
        try {
            return TenantKey.of(record.id(), dataKey);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /**
     * A key that does not lie in the place yet.
     *
     * @param key ready for use
     * @param record as it is to lie there
     */
    record Made(TenantKey key, KeyRecord record) {}

    /** Makes a key for a tenant. */
    Made made(TenantId tenant) {
        byte[] dataKey = Ciphers.random(DATA_KEY);
        try {
            byte[] id = Ciphers.random(TenantKey.ID);
            WrappedKey wrapped = wrapper.wrap(dataKey, KeyRecord.context(tenant, id));
            return new Made(TenantKey.of(id, dataKey), new KeyRecord(id, wrapped));
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /** Lays a key down; whether there was none. */
    boolean added(TenantId tenant, Made made) {
        return place.write(tenant, made.record().bytes(), null);
    }

    /** Deletes a tenant's key. */
    void destroy(TenantId tenant) {
        place.delete(tenant);
    }

    /**
     * Wraps all keys by the wrapper's present key. One that cannot be wrapped is in no other's way; it is told in the end. The
     * encryption's own comes last, and only if all others are done: so each start proves that a rotation was finished before
     * the secret before was taken away.
     */
    Rotation rotate() {
        String present = wrapper.keyId();
        long rewrapped = 0;
        for (int i = 0; i < PASSES; i++) {
            Pass pass = new Pass();
            pass.run();
            rewrapped += pass.rewrapped;
            pass.refuseFailures(rewrapped);
            if (pass.rewrapped == 0) {
                return new Rotation(present, pass.keys + 1, rewrapped + (rewrap(Encryption.KEYS) ? 1 : 0));
            }
            // A process with the old secret may have made one behind this one's back.
        }
        throw new UnavailableException(
                rewrapped
                        + " keys were wrapped anew, and others were made meanwhile again and again by the key before; restart"
                        + " the processes that are still set to it, and rotate again",
                RETRY);
    }

    /** One look at all keys but the encryption's own. */
    private final class Pass {
        private long keys;
        private long rewrapped;
        private long failed;
        private @Nullable CopilotException first;

        void run() {
            List<TenantId> page = place.list(null, KeyPlace.MAX_PAGE);
            while (!page.isEmpty()) {
                page.stream().filter(tenant -> !tenant.equals(Encryption.KEYS)).forEach(this::one);
                page = place.list(page.get(page.size() - 1), KeyPlace.MAX_PAGE);
            }
        }

        private void one(TenantId tenant) {
            keys++;
            try {
                if (rewrap(tenant)) {
                    rewrapped++;
                }
            } catch (CopilotException failure) {
                failed++;
                first = first == null ? failure : first;
            }
        }

        void refuseFailures(long done) {
            CopilotException why = first;
            if (why == null) {
                return;
            }
            String summary = failed + " of " + keys + " keys of tenants could not be wrapped anew, and " + done
                    + " were; keep the secret before, mend what is told, and rotate again. The first failure: "
                    + why.getMessage();
            if (why instanceof InvalidRequestException) {
                throw new InvalidRequestException(summary);
            }
            throw new UnavailableException(summary, RETRY, why);
        }
    }

    private boolean rewrap(TenantId tenant) {
        for (int i = 0; i < TRIES; i++) {
            KeyPlace.Kept kept = place.read(tenant).orElse(null);
            if (kept == null) {
                return false;
            }
            KeyRecord record = KeyRecord.of(tenant, kept.content());
            if (wrapper.isCurrent(record.wrapped(), KeyRecord.context(tenant, record.id()))) {
                return false;
            }
            if (place.write(tenant, anew(tenant, record).bytes(), kept.version())) {
                return true;
            }
        }
        throw new UnavailableException(
                "the key of tenant '" + tenant + "' is changed again and again by somebody else", RETRY);
    }

    private KeyRecord anew(TenantId tenant, KeyRecord record) {
        Map<String, String> context = KeyRecord.context(tenant, record.id());
        byte[] dataKey;
        try {
            dataKey = wrapper.unwrap(record.wrapped(), context);
        } catch (ConflictException changed) {
            throw Damage.ofKey(tenant, changed);
        }
        try {
            WrappedKey wrapped = wrapper.wrap(dataKey, context);
            if (!wrapper.isCurrent(wrapped, context)) {
                // To write it down would be to do it again and again.
                throw new ConflictException("the wrapper has wrapped the key of tenant '" + tenant + "' by '"
                        + wrapped.keyId() + "', and says that its present key is another; if that was changed just now,"
                        + " rotate again, and if it has a key for each tenant, it must say so by isCurrent");
            }
            return new KeyRecord(record.id(), wrapped);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /** {@return the place, for messages} */
    @Override
    public String toString() {
        return place.toString();
    }
}
