package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/** Values and counters. Time is that of this machine: DynamoDB has no clock to ask. */
final class DynamoValues implements KeyValues {
    private final Backend backend;
    private final InstantSource clock;

    DynamoValues(Backend backend, InstantSource clock) {
        this.backend = backend;
        this.clock = clock;
    }

    @Override
    public Optional<StoredValue> get(TenantId tenant, String key) {
        KeyValues.checkKey(key);
        Work work = backend.work();
        while (true) {
            Item item = work.get(Keys.value(tenant, key)).orElse(null);
            if (item == null || !ValueItems.live(item, clock.instant())) {
                return Optional.empty();
            }
            StoredValue value = ValueItems.value(work, item);
            if (value != null) {
                return Optional.of(value);
            }
            work.pause();
        }
    }

    /** Only what was added to has a count; digits that somebody set are content. */
    @Override
    public boolean isCounter(TenantId tenant, String key) {
        KeyValues.checkKey(key);
        return backend.work()
                .get(Keys.value(tenant, key))
                .filter(item -> item.has(ValueItems.COUNT) && ValueItems.live(item, clock.instant()))
                .isPresent();
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        Work work = backend.work();
        while (true) {
            Item before = work.get(Keys.value(tenant, change.key())).orElse(null);
            Writes writes = backend.writes();
            OptionalLong version = ValueItems.plan(writes, tenant, change, before, clock.instant());
            if (version.isEmpty() || work.write(writes)) {
                return version;
            }
            work.pause();
        }
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        KeyValues.checkKey(key);
        KeyValues.checkTtl(ttl);
        Work work = backend.work();
        Key at = Keys.value(tenant, key);
        while (true) {
            Instant now = clock.instant();
            // Not to be sent twice: nobody could tell that the first one counted.
            Optional<Item> counted = work.update(
                    false,
                    at,
                    Expression.of(
                            "SET #count = #count + :delta, #version = #version + :one", ":delta", delta, ":one", 1),
                    Expression.of(
                            "attribute_exists(#count) AND (attribute_not_exists(#expires) OR #expires > :now)"
                                    + " AND #count BETWEEN :least AND :most",
                            ":now",
                            Times.millis(now),
                            ":least",
                            delta < 0 ? Long.MIN_VALUE - delta : Long.MIN_VALUE,
                            ":most",
                            delta > 0 ? Long.MAX_VALUE - delta : Long.MAX_VALUE));
            if (counted.isPresent()) {
                return counted.get().number(ValueItems.COUNT);
            }
            Item before = work.get(at).orElse(null);
            if (before != null && ValueItems.live(before, now)) {
                check(key, before, delta);
            } else if (begin(work, at, key, delta, ttl, before, now)) {
                return delta;
            }
            work.pause();
        }
    }

    private static void check(String key, Item before, long delta) {
        if (!before.has(ValueItems.COUNT)) {
            throw new ConflictException("the value '" + key + "' is no counter; delete it, or count under another key");
        }
        try {
            Math.addExact(before.number(ValueItems.COUNT), delta);
        } catch (ArithmeticException overflow) {
            throw new ConflictException("the counter '" + key + "' is at " + before.number(ValueItems.COUNT)
                    + ", and with " + delta + " it would overflow; delete it, or count under another key");
        }
    }

    private boolean begin(
            Work work, Key at, String key, long delta, @Nullable Duration ttl, @Nullable Item before, Instant now) {
        Item item = ValueItems.expires(
                Item.at(at)
                        .with(ValueItems.KEY, key)
                        .with(
                                ValueItems.VERSION,
                                before == null ? ValueItems.firstVersion() : before.number(ValueItems.VERSION) + 1)
                        .with(ValueItems.COUNT, delta),
                ttl,
                now);
        Writes writes = backend.writes();
        if (before != null) {
            Parts.keys(before).forEach(writes::delete);
        }
        writes.put(
                item,
                before == null
                        ? Expression.of("attribute_not_exists(#pk)")
                        : Expression.of("#version = :version", ":version", before.number(ValueItems.VERSION)));
        return work.write(writes);
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, String key) {
        KeyValues.checkKey(key);
        Instant now = clock.instant();
        return backend.work()
                .get(Keys.value(tenant, key))
                .filter(item -> item.has(ValueItems.EXPIRES) && ValueItems.live(item, now))
                .map(item -> Duration.ofMillis(item.number(ValueItems.EXPIRES) - Times.millis(now)));
    }

    @Override
    public List<StoredValue> list(TenantId tenant, String prefix, String after, int limit, long maxBytes) {
        Limits.check(limit, MAX_PAGE);
        if (prefix.length() > MAX_KEY) {
            return List.of();
        }
        Work work = backend.work();
        SdkBytes from = Keys.ordered(prefix);
        SdkBytes behind = Keys.ordered(after.substring(0, Math.min(after.length(), MAX_KEY)));
        boolean further = Arrays.compareUnsigned(behind.asByteArrayUnsafe(), from.asByteArrayUnsafe()) >= 0;
        Iterator<Item> items = Merge.shards(Merge.SORT, shard -> {
            String partition = Keys.values(tenant, shard);
            Query query = after.isEmpty() && prefix.isEmpty()
                    ? Query.all(partition)
                    : further ? Query.after(partition, behind) : Query.since(partition, from);
            return work.query(query.pages(Math.max(10, limit / 4)));
        });
        List<StoredValue> page = new ArrayList<>();
        long room = maxBytes;
        while (page.size() < limit && items.hasNext()) {
            Item item = items.next();
            if (!item.text(ValueItems.KEY).startsWith(prefix)) {
                break;
            }
            if (ValueItems.live(item, clock.instant())) {
                room -= ValueItems.length(item);
                if (room < 0 && !page.isEmpty()) {
                    break;
                }
                StoredValue value = ValueItems.value(work, item);
                // Replaced since: read it as it is now.
                (value != null ? Optional.of(value) : get(tenant, item.text(ValueItems.KEY))).ifPresent(page::add);
            }
        }
        return page;
    }
}
