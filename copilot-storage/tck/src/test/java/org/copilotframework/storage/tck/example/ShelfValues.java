package org.copilotframework.storage.tck.example;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.storage.tck.example.Shelf.Key;
import org.copilotframework.storage.tck.example.Shelf.ValueRow;
import org.jspecify.annotations.Nullable;

/** The values on a shelf. */
final class ShelfValues implements KeyValues {
    private final ShelfStorage storage;

    ShelfValues(ShelfStorage storage) {
        this.storage = storage;
    }

    @Override
    public Optional<StoredValue> get(TenantId tenant, String key) {
        Key place = new Key(tenant, KeyValues.checkKey(key));
        return storage.transaction(() -> Optional.ofNullable(row(place)).map(row -> stored(place, row)));
    }

    private static StoredValue stored(Key key, ValueRow row) {
        Payload digits = Payload.of(Long.toString(row.count()).getBytes(StandardCharsets.US_ASCII));
        return new StoredValue(key.name(), row.payload() == null ? digits : row.payload(), row.version());
    }

    @Override
    public boolean isCounter(TenantId tenant, String key) {
        Key place = new Key(tenant, KeyValues.checkKey(key));
        return storage.transaction(() -> {
            ValueRow row = row(place);
            return row != null && row.payload() == null;
        });
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        Key key = new Key(tenant, change.key());
        return storage.transaction(
                () -> version(key) == change.expected() ? OptionalLong.of(write(key, change)) : OptionalLong.empty());
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        Key place = new Key(tenant, KeyValues.checkKey(key));
        KeyValues.checkTtl(ttl);
        return storage.transaction(() -> {
            ValueRow row = row(place);
            if (row != null && row.payload() != null) {
                throw new ConflictException("value '" + key + "' is no counter");
            }
            try {
                long count = Math.addExact(row == null ? 0 : row.count(), delta);
                Instant expires = row == null ? expiry(ttl) : row.expires();
                storage.shelf()
                        .values
                        .put(place, new ValueRow(null, count, storage.shelf().nextNumber(), expires));
                return count;
            } catch (ArithmeticException overflow) {
                throw new ConflictException("counter '" + key + "' would overflow");
            }
        });
    }

    @Override
    public List<StoredValue> list(TenantId tenant, String prefix, String after, int limit, long maxBytes) {
        ShelfStorage.checkLimit(limit, MAX_PAGE);
        return storage.transaction(() -> {
            List<StoredValue> all = storage.shelf().values.tailMap(new Key(tenant, after), false).entrySet().stream()
                    .takeWhile(entry -> entry.getKey().tenant().equals(tenant))
                    .filter(entry -> entry.getKey().name().startsWith(prefix))
                    .filter(entry -> !storage.shelf().over(entry.getValue().expires()))
                    .map(entry -> stored(entry.getKey(), entry.getValue()))
                    .toList();
            return Shelf.page(all, StoredValue::value, limit, maxBytes);
        });
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, String key) {
        Key place = new Key(tenant, KeyValues.checkKey(key));
        return storage.transaction(() -> Optional.ofNullable(row(place))
                .map(ValueRow::expires)
                .map(expires -> Duration.between(storage.shelf().now(), expires)));
    }

    void check(Commit commit) {
        for (ValueChange change : commit.values()) {
            long version = version(new Key(commit.tenant(), change.key()));
            if (version != change.expected()) {
                throw ShelfStorage.conflict("value '" + change.key() + "'", version, change.expected());
            }
        }
    }

    void write(Commit commit) {
        commit.values().forEach(change -> write(new Key(commit.tenant(), change.key()), change));
    }

    private long write(Key key, ValueChange change) {
        if (change.value() == null) {
            storage.shelf().values.remove(key);
            return 0;
        }
        long version = storage.shelf().nextNumber();
        storage.shelf().values.put(key, new ValueRow(change.value(), 0, version, expiry(change.ttl())));
        return version;
    }

    private @Nullable Instant expiry(@Nullable Duration ttl) {
        return ttl == null ? null : storage.shelf().now().plus(ttl);
    }

    /** What is there and has not had its time. */
    private @Nullable ValueRow row(Key key) {
        ValueRow row = storage.shelf().values.get(key);
        return row == null || storage.shelf().over(row.expires()) ? null : row;
    }

    private long version(Key key) {
        ValueRow row = row(key);
        return row == null ? 0 : row.version();
    }
}
