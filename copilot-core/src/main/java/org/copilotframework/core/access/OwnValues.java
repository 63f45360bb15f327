package org.copilotframework.core.access;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/** The values of one authenticator, whose keys begin with its name: another's, and the host's, are out of its reach. */
final class OwnValues implements KeyValues {
    private final KeyValues all;
    private final String prefix;

    OwnValues(KeyValues all, String name) {
        this.all = all;
        this.prefix = name + "/";
    }

    private String own(String key) {
        if (!key.startsWith(prefix)) {
            throw new InvalidRequestException("an authenticator's keys begin with '" + prefix + "'; this one does not");
        }
        return key;
    }

    @Override
    public Optional<StoredValue> get(TenantId tenant, String key) {
        return all.get(tenant, own(key));
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        own(change.key());
        return all.compareAndSet(tenant, change);
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        return all.add(tenant, own(key), delta, ttl);
    }

    @Override
    public boolean isCounter(TenantId tenant, String key) {
        return all.isCounter(tenant, own(key));
    }

    @Override
    public List<StoredValue> list(TenantId tenant, String within, String after, int limit, long maxBytes) {
        return all.list(tenant, own(within), after, limit, maxBytes);
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, String key) {
        return all.remaining(tenant, own(key));
    }
}
