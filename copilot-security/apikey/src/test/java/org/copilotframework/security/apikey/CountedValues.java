package org.copilotframework.security.apikey;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/** The values of a real store, that counts what is asked of it and can be taken down. */
final class CountedValues implements KeyValues {
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger listed = new AtomicInteger();
    final AtomicInteger additions = new AtomicInteger();
    final AtomicInteger changes = new AtomicInteger();

    /** It gives out what it has. */
    volatile boolean readOnly;

    private final KeyValues real;

    CountedValues(KeyValues real) {
        this.real = real;
    }

    @Override
    public Optional<StoredValue> get(TenantId tenant, String key) {
        reads.incrementAndGet();
        return real.get(tenant, key);
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        changes.incrementAndGet();
        if (readOnly) {
            throw new UnavailableException("the store is read-only", Duration.ZERO);
        }
        return real.compareAndSet(tenant, change);
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        additions.incrementAndGet();
        return real.add(tenant, key, delta, ttl);
    }

    @Override
    public List<StoredValue> list(TenantId tenant, String prefix, String after, int limit, long maxBytes) {
        List<StoredValue> page = real.list(tenant, prefix, after, limit, maxBytes);
        listed.addAndGet(page.size());
        return page;
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, String key) {
        return real.remaining(tenant, key);
    }
}
