package org.copilotframework.security.encryption;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.encryption.Encryption.Rotation;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.jspecify.annotations.Nullable;

/** The tenants' keys as they lie in their place, wrapped. Safe for use by several threads. */
final class KeyBook {
    private static final int DATA_KEY = 32;

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

    /** Makes a key ready that lies there. */
    TenantKey unwrapped(TenantId tenant, KeyRecord record) {
        byte[] dataKey;
        try {
            dataKey = wrapper.unwrap(record.wrapped(), KeyRecord.context(tenant, record.id()));
        } catch (ConflictException changed) {
            throw Damage.of("the key of tenant '" + tenant + "'", changed);
        }
        try {
            return TenantKey.of(record.id(), dataKey);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /** Makes a key for a tenant that has none; null if somebody else did meanwhile. */
    @Nullable
    TenantKey created(TenantId tenant) {
        byte[] dataKey = Ciphers.random(DATA_KEY);
        try {
            byte[] id = Ciphers.random(TenantKey.ID);
            WrappedKey wrapped = wrapper.wrap(dataKey, KeyRecord.context(tenant, id));
            return place.write(tenant, new KeyRecord(id, wrapped).bytes(), null) ? TenantKey.of(id, dataKey) : null;
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /** Deletes a tenant's key. */
    void destroy(TenantId tenant) {
        place.delete(tenant);
    }

    /** Wraps all keys by the wrapper's present key. */
    Rotation rotate() {
        String present = wrapper.keyId();
        long keys = 0;
        long rewrapped = 0;
        List<TenantId> page = place.list(null, KeyPlace.MAX_PAGE);
        while (!page.isEmpty()) {
            for (TenantId tenant : page) {
                keys++;
                rewrapped += rewrap(tenant, present) ? 1 : 0;
            }
            page = place.list(page.get(page.size() - 1), KeyPlace.MAX_PAGE);
        }
        return new Rotation(present, keys, rewrapped);
    }

    private boolean rewrap(TenantId tenant, String present) {
        while (true) {
            KeyPlace.Kept kept = place.read(tenant).orElse(null);
            if (kept == null) {
                return false;
            }
            KeyRecord record = KeyRecord.of(tenant, kept.content());
            if (record.wrapped().keyId().equals(present)) {
                return false;
            }
            if (place.write(tenant, anew(tenant, record).bytes(), kept.version())) {
                return true;
            }
        }
    }

    private KeyRecord anew(TenantId tenant, KeyRecord record) {
        Map<String, String> context = KeyRecord.context(tenant, record.id());
        byte[] dataKey;
        try {
            dataKey = wrapper.unwrap(record.wrapped(), context);
        } catch (ConflictException changed) {
            throw Damage.of("the key of tenant '" + tenant + "'", changed);
        }
        try {
            return new KeyRecord(record.id(), wrapper.wrap(dataKey, context));
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
