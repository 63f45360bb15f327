package org.copilotframework.storage.tck.example;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/** What is stored, as a database has tables. Whoever touches it holds its lock. */
final class Shelf {
    /** The tenant is part of every key. The order is that of code points, which UTF-8 keeps. */
    record Key(TenantId tenant, String name) {
        static final Comparator<Key> ORDER =
                Comparator.comparing((Key key) -> key.tenant().value()).thenComparing(Key::name, Shelf::byCodePoint);
    }

    private static int byCodePoint(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /** A session's row. */
    static final class SessionRow {
        final NavigableMap<Long, StoredTurn> turns = new TreeMap<>();
        final Map<String, Payload> state = new HashMap<>();
        long version;
        Instant changed = Instant.MIN;
    }

    /** A run's row. */
    static final class RunRow {
        final NavigableMap<String, StepRecord> steps = new TreeMap<>(Shelf::byCodePoint);
        final NavigableMap<Long, StoredEvent> events = new TreeMap<>();
        final RunRecord record;
        final String change;
        final @Nullable Instant expires;

        RunRow(RunRecord record, String change, @Nullable Instant expires) {
            this.record = record;
            this.change = change;
            this.expires = expires;
        }

        /** The same run after a change. */
        RunRow with(RunRecord after, String name, @Nullable Instant expiry) {
            RunRow row = new RunRow(after, name, expiry);
            row.steps.putAll(steps);
            row.events.putAll(events);
            return row;
        }
    }

    /** A value's row; a counter has a count and no payload. */
    record ValueRow(
            @Nullable Payload payload,
            long count,
            long version,
            @Nullable Instant expires) {}

    final NavigableMap<Key, SessionRow> sessions = new TreeMap<>(Key.ORDER);
    final NavigableMap<Key, RunRow> runs = new TreeMap<>(Key.ORDER);
    final NavigableMap<Key, ValueRow> values = new TreeMap<>(Key.ORDER);
    final NavigableMap<Long, OutboxRecord> outbox = new TreeMap<>();
    private long lastNumber;

    /** A number that never comes again: for messages, and for versions of values. */
    long nextNumber() {
        return ++lastNumber;
    }

    /** The clock of the store: everything about time is measured with this one. */
    Instant now() {
        return Instant.now();
    }

    boolean over(@Nullable Instant expires) {
        return expires != null && !now().isBefore(expires);
    }

    /** The first of what there is: so many, and not beyond so many bytes, but one in any case. */
    static <T> List<T> page(Iterable<T> all, Function<T, @Nullable Payload> content, int limit, long maxBytes) {
        List<T> page = new ArrayList<>();
        long bytes = 0;
        for (T one : all) {
            Payload payload = content.apply(one);
            bytes += payload == null ? 0 : payload.bytes().length;
            if (page.size() == limit || (bytes > maxBytes && !page.isEmpty())) {
                break;
            }
            page.add(one);
        }
        return page;
    }
}
