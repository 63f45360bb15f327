package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What is asked of the whole table: whose data is in it, and all of one tenant's to be gone. Reads every item there is. */
final class Erasure {
    private static final int AT_ONCE = 200;
    private static final int MOST_PASSES = 10;
    private static final String COUNTED =
            Parts.REFERENCE + ", #tenant, #messages, #removed, #expires, #deleted, #version";

    private final Backend backend;
    private final InstantSource clock;

    Erasure(Backend backend, InstantSource clock) {
        this.backend = backend;
        this.clock = clock;
    }

    List<TenantId> tenants(@Nullable TenantId after, int limit) {
        Limits.check(limit, 1000);
        TreeSet<String> names = new TreeSet<>();
        Instant now = clock.instant();
        Iterator<Item> items = backend.longWork()
                .scan(
                        Expression.of(
                                "#pk > :after OR #tenant > :after", ":after", after == null ? "\t" : after.value()),
                        COUNTED);
        while (items.hasNext()) {
            Item item = items.next();
            if (count(item, now) > 0) {
                String name = item.maybe(OutboxItems.TENANT)
                        .orElseGet(() -> RunItems.tenant(item.key()).value());
                if (after == null || name.compareTo(after.value()) > 0) {
                    names.add(name);
                }
                if (names.size() > limit) {
                    names.pollLast();
                }
            }
        }
        return names.stream().map(TenantId::new).toList();
    }

    /**
     * Deletes all of a tenant's items. A commit that is made in the middle may leave items whose head was deleted before, so
     * the table is read again until nothing is found. If the tenant goes on and on, that is told.
     */
    long erase(TenantId tenant) {
        Work work = backend.longWork();
        long erased = 0;
        for (int pass = 1; pass <= MOST_PASSES; pass++) {
            Pass made = pass(work, tenant);
            erased += made.counted();
            if (made.items() == 0) {
                return erased;
            }
        }
        throw new UnavailableException(
                "tenant '" + tenant + "' is still written to in " + backend + ": " + erased
                        + " sessions, runs, values and messages were deleted; end what writes, and erase it again",
                Duration.ofSeconds(1));
    }

    private record Pass(long items, long counted) {}

    private Pass pass(Work work, TenantId tenant) {
        Iterator<Item> items = work.scan(
                Expression.of(
                        "begins_with(#pk, :prefix) OR #tenant = :tenant",
                        ":prefix",
                        Keys.tenant(tenant),
                        ":tenant",
                        tenant.value()),
                COUNTED);
        Instant now = clock.instant();
        long found = 0;
        long counted = 0;
        List<Key> keys = new ArrayList<>();
        while (items.hasNext()) {
            Item item = items.next();
            found++;
            counted += count(item, now);
            keys.add(item.key());
            if (keys.size() == AT_ONCE) {
                work.delete(keys);
                keys.clear();
            }
        }
        work.delete(keys);
        return new Pass(found, counted);
    }

    /** How many sessions, runs, values and messages an item stands for. */
    private static long count(Item item, Instant now) {
        if (item.has(OutboxItems.MESSAGES)) {
            AttributeValue removed = item.get(OutboxItems.REMOVED);
            return item.number(OutboxItems.MESSAGES)
                    - (removed == null ? 0 : removed.ns().size());
        }
        String[] place = item.text(TableDesign.PARTITION).split("/", 3);
        if (place[0].startsWith("!")) {
            return 0;
        }
        return switch (place[1]) {
            case "session" -> is(item, Keys.HEAD) && SessionItems.live(item) ? 1 : 0;
            case "run" -> is(item, Keys.RUN) ? 1 : 0;
            case "values" -> ValueItems.live(item, now) ? 1 : 0;
            default -> 0;
        };
    }

    private static boolean is(Item item, String sort) {
        return item.bytes(TableDesign.SORT).asUtf8String().equals(sort);
    }
}
