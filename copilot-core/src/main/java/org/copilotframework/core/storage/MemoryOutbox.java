package org.copilotframework.core.storage;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.jspecify.annotations.Nullable;

/** The messages of all tenants, in the order of their commits. */
final class MemoryOutbox implements Outbox {
    private final Door door;
    private final Map<String, OutboxRecord> waiting = new LinkedHashMap<>();
    private long last;

    MemoryOutbox(Door door) {
        this.door = door;
    }

    @Override
    public synchronized List<OutboxRecord> read(int limit, long maxBytes) {
        Door.checkLimit(limit, MAX_PAGE);
        door.check();
        return Page.of(waiting.values(), record -> record.message().content(), limit, maxBytes);
    }

    @Override
    public synchronized List<OutboxRecord> readAfter(OutboxRecord after, int limit, long maxBytes) {
        Door.checkLimit(limit, MAX_PAGE);
        door.check();
        long last = number(after.id());
        List<OutboxRecord> behind = waiting.values().stream()
                .filter(record -> number(record.id()) > last)
                .limit(limit)
                .toList();
        return Page.of(behind, record -> record.message().content(), limit, maxBytes);
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException foreign) {
            throw new InvalidRequestException("id: '" + id + "' is no message of this store");
        }
    }

    @Override
    public synchronized void remove(Collection<OutboxRecord> published) {
        door.check();
        published.forEach(message -> waiting.remove(message.id()));
    }

    synchronized void add(TenantId tenant, List<OutboxMessage> messages) {
        for (OutboxMessage message : messages) {
            String id = Long.toString(++last);
            waiting.put(id, new OutboxRecord(tenant, id, message));
        }
    }

    synchronized long erase(TenantId tenant) {
        int before = waiting.size();
        waiting.values().removeIf(message -> message.tenant().equals(tenant));
        return before - waiting.size();
    }

    /** The first tenant with a message behind a key. */
    synchronized @Nullable Key next(Key after) {
        return waiting.values().stream()
                .map(message -> Key.first(message.tenant()))
                .filter(key -> key.compareTo(after) > 0)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    synchronized void clear() {
        waiting.clear();
    }
}
