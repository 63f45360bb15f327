package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/**
 * Values that are encrypted, but for counters, to which a store can add only if it can read them. Versions are the store's own, so
 * a value is changed at its version whatever it is.
 */
final class EncryptedValues implements KeyValues {
    private final KeyValues plain;
    private final Vault vault;

    EncryptedValues(KeyValues plain, Vault vault) {
        this.plain = plain;
        this.vault = vault;
    }

    @Override
    public Optional<StoredValue> get(TenantId tenant, String key) {
        if (tenant.equals(Encryption.KEYS)) {
            return Optional.empty();
        }
        return plain.get(tenant, key).map(value -> opened(tenant, value));
    }

    private StoredValue opened(TenantId tenant, StoredValue value) {
        return Vault.isCounter(value.value())
                ? value
                : new StoredValue(
                        value.key(), vault.open(tenant, value.value(), Slot.value(value.key())), value.version());
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        return plain.compareAndSet(
                tenant, change.value() == null ? change : SealedCommit.value(change, vault.sealer(tenant)));
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        return plain.add(tenant, key, delta, ttl);
    }

    /** Only what lies in the store as digits: those that were encrypted are no counter, however they look. */
    @Override
    public boolean isCounter(TenantId tenant, String key) {
        return plain.isCounter(tenant, key)
                && plain.get(tenant, key)
                        .map(value -> Vault.isCounter(value.value()))
                        .orElse(false);
    }

    @Override
    public List<StoredValue> list(TenantId tenant, String prefix, String after, int limit, long maxBytes) {
        if (tenant.equals(Encryption.KEYS)) {
            return List.of();
        }
        List<StoredValue> page = plain.list(tenant, prefix, after, limit, PageBytes.stored(maxBytes, limit));
        return PageBytes.first(page, maxBytes, value -> Vault.bytesWithin(value.value())).stream()
                .map(value -> opened(tenant, value))
                .toList();
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, String key) {
        return plain.remaining(tenant, key);
    }
}
