package org.copilotframework.core.encryption;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/** Keys among the values of a storage, under a tenant of the host's own. */
public final class ValueKeys implements KeyPlace {
    private static final String PREFIX = "key/";

    private final KeyValues values;

    /**
     * Uses the values of a storage as they are, unencrypted: the keys are wrapped.
     *
     * @param values the values
     */
    public ValueKeys(KeyValues values) {
        this.values = values;
    }

    @Override
    public Optional<Kept> read(TenantId tenant) {
        return values.get(Encryption.KEYS, PREFIX + tenant)
                .map(value -> new Kept(value.value().bytes(), Long.toString(value.version())));
    }

    @Override
    public boolean write(TenantId tenant, byte[] content, @Nullable String expected) {
        long version = expected == null ? 0 : Long.parseLong(expected);
        ValueChange change = new ValueChange(PREFIX + tenant, version, Payload.of(content), null);
        return values.compareAndSet(Encryption.KEYS, change).isPresent();
    }

    @Override
    public boolean delete(TenantId tenant) {
        StoredValue there;
        do {
            there = values.get(Encryption.KEYS, PREFIX + tenant).orElse(null);
        } while (there != null
                && values.compareAndSet(Encryption.KEYS, ValueChange.delete(PREFIX + tenant, there.version()))
                        .isEmpty());
        return there != null;
    }

    @Override
    public List<TenantId> list(@Nullable TenantId after, int limit) {
        return KeyNames.page(
                PREFIX,
                after,
                last -> values.list(Encryption.KEYS, PREFIX, last, limit, Long.MAX_VALUE).stream()
                        .map(StoredValue::key)
                        .toList());
    }

    @Override
    public String toString() {
        return "the storage (copilot.encryption.keys=store)";
    }
}
