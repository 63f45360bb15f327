package org.copilotframework.storage.tck;

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

/**
 * The values of a real store, which counts what is asked of it and can be made read-only: for tests of what is built on values. Safe
 * for use by several threads, as the real ones are.
 */
public final class CountedValues implements KeyValues {
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger listed = new AtomicInteger();
    private final AtomicInteger additions = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();
    private final KeyValues real;
    private volatile boolean readOnly;

    /**
     * Counts from zero.
     *
     * @param real where everything is asked for and kept
     */
    public CountedValues(KeyValues real) {
        this.real = real;
    }

    /**
     * How often a single value was read.
     *
     * @return the number, which goes on to count and may be set
     */
    public AtomicInteger reads() {
        return reads;
    }

    /**
     * How many values were in the pages that were read.
     *
     * @return the number, which goes on to count and may be set
     */
    public AtomicInteger listed() {
        return listed;
    }

    /**
     * How often something was added to a number.
     *
     * @return the number, which goes on to count and may be set
     */
    public AtomicInteger additions() {
        return additions;
    }

    /**
     * How often a value was to be changed, in vain or not.
     *
     * @return the number, which goes on to count and may be set
     */
    public AtomicInteger changes() {
        return changes;
    }

    /**
     * Says whether it only gives out what it has.
     *
     * @param only whether each {@link #compareAndSet} ends with an {@link UnavailableException} from now on
     */
    public void readOnly(boolean only) {
        readOnly = only;
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
