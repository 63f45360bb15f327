package org.copilotframework.storage.dynamodb;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/**
 * A value in the table: content or a count. DynamoDB deletes what has expired, but not at once, so it is also looked at here;
 * what has expired and is still there lends its version to what comes after it.
 */
final class ValueItems {
    static final String KEY = "key";
    static final String VERSION = "version";
    static final String COUNT = "count";
    static final String EXPIRES = "expires";

    private ValueItems() {}

    static boolean live(@Nullable Item item, Instant now) {
        return item != null && item.number(EXPIRES, Long.MAX_VALUE) > Times.millis(now);
    }

    /** A version to begin with: by chance, so that none comes again after the value was gone. */
    static long firstVersion() {
        return ThreadLocalRandom.current().nextLong(1, 1L << 62);
    }

    static Item expires(Item item, @Nullable Duration ttl, Instant now) {
        Long end = expiry(ttl, now);
        return item.with(EXPIRES, end).with(TableDesign.EXPIRY, end == null ? null : Long.valueOf(Times.seconds(end)));
    }

    static @Nullable Long expiry(@Nullable Duration ttl, Instant now) {
        return ttl == null ? null : Long.valueOf(Times.millis(Times.after(now, ttl)));
    }

    /**
     * Plans a change.
     *
     * @return the new version, 0 for a deletion; empty if the value, as it was read, is at another version
     */
    static OptionalLong plan(Writes writes, TenantId tenant, ValueChange change, @Nullable Item before, Instant now) {
        if (version(before, now) != change.expected()) {
            return OptionalLong.empty();
        }
        Key key = Keys.value(tenant, change.key());
        Expression same = before == null
                ? Expression.of("attribute_not_exists(#pk)")
                : Expression.of("#version = :version", ":version", before.number(VERSION));
        if (before != null) {
            Parts.keys(before).forEach(writes::delete);
        }
        if (change.value() == null) {
            writes.delete(key, same);
            return OptionalLong.of(0);
        }
        long version = before == null ? firstVersion() : before.number(VERSION) + 1;
        Item item = expires(Item.at(key).with(KEY, change.key()).with(VERSION, version), change.ttl(), now);
        Long end = expiry(change.ttl(), now);
        Parts.write(
                writes, tenant, item, change.value().bytes(), end == null ? null : Long.valueOf(Times.seconds(end)));
        writes.put(item, same);
        return OptionalLong.of(version);
    }

    /** The version that others see. */
    static long version(@Nullable Item item, Instant now) {
        return item != null && live(item, now) ? item.number(VERSION) : 0;
    }

    /** How many bytes the value has. */
    static long length(Item item) {
        return item.has(COUNT) ? Long.toString(item.number(COUNT)).length() : Parts.length(item);
    }

    /** The value of a live item; null if its content was replaced since it was read. */
    static @Nullable StoredValue value(Work work, Item item) {
        byte[] content = item.has(COUNT)
                ? Long.toString(item.number(COUNT)).getBytes(StandardCharsets.US_ASCII)
                : Parts.read(work, item);
        return content == null ? null : new StoredValue(item.text(KEY), Payload.of(content), item.number(VERSION));
    }
}
