package org.copilotframework.core.storage;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StoredValue;
import org.jspecify.annotations.Nullable;

/**
 * The values of all tenants, and when each is over. One that is over is not there, though it may lie here until it is swept. Whoever
 * changes a tenant's values has the tenant's lock.
 */
final class ValueTable {
    /** A value: a payload, or a counter if that is null. */
    record Value(
            @Nullable Payload payload,
            long count,
            long version,
            @Nullable Instant expires) {
        StoredValue stored(Key key) {
            Payload shown =
                    payload != null ? payload : Payload.of(Long.toString(count).getBytes(StandardCharsets.US_ASCII));
            return new StoredValue(key.name(), shown, version);
        }
    }

    private final InstantSource clock;
    private final NavigableMap<Key, Value> values = new ConcurrentSkipListMap<>();
    private final Timetable expiring = new Timetable();
    private final AtomicLong lastVersion = new AtomicLong();

    ValueTable(InstantSource clock) {
        this.clock = clock;
    }

    /** The value that is there, or null. */
    @Nullable
    Value live(Key key) {
        Value value = values.get(key);
        Instant expires = value == null ? null : value.expires();
        return expires == null || clock.instant().isBefore(expires) ? value : null;
    }

    /** When a value is over, or was; null for never, or if there is none. */
    @Nullable
    Instant expires(Key key) {
        Value value = values.get(key);
        return value == null ? null : value.expires();
    }

    /** The version of what is there; 0 if nothing is. */
    long version(Key key) {
        Value value = live(key);
        return value == null ? 0 : value.version();
    }

    /** Writes a value in place of the one that is there, and gives its version. */
    long put(Key key, @Nullable Payload payload, long count, @Nullable Instant expires) {
        drop(key);
        long version = lastVersion.incrementAndGet();
        values.put(key, new Value(payload, count, version, expires));
        if (expires != null) {
            expiring.add(expires, key);
        }
        return version;
    }

    void drop(Key key) {
        Value old = values.remove(key);
        if (old != null && old.expires() != null) {
            expiring.remove(old.expires(), key);
        }
    }

    /** The keys of a tenant's values from one on, be they over. */
    Collection<Key> from(Key begin) {
        return values.subMap(begin, true, Key.last(begin.tenant()), true).keySet();
    }

    /** The keys of all values of a tenant. */
    List<Key> all(TenantId tenant) {
        return List.copyOf(values.subMap(Key.first(tenant), Key.last(tenant)).keySet());
    }

    /** The values that are over, the earliest first. */
    List<Timetable.Entry> over(Instant now, int limit) {
        return expiring.until(now, limit);
    }

    /** Drops a value that is over, unless it was written anew meanwhile. */
    void dropOver(Timetable.Entry over) {
        if (over.at().equals(expires(over.key()))) {
            drop(over.key());
        }
    }

    /** The first value behind a key. */
    @Nullable
    Key next(Key after) {
        return values.higherKey(after);
    }

    void clear() {
        values.clear();
        expiring.clear();
    }
}
