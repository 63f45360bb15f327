package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/**
 * Reads sessions. A query may come in the middle of a transaction, and see only some of its items; the head tells what must
 * be there, and if it is not, the read is made anew.
 */
final class DynamoSessions implements Sessions {
    private static final int PAGE = 32;

    private final Backend backend;
    private final SessionRemoval removal;

    DynamoSessions(Backend backend, SessionRemoval removal) {
        this.backend = backend;
        this.removal = removal;
    }

    @Override
    public Optional<SessionHead> head(TenantId tenant, SessionId id) {
        Work work = backend.work();
        while (true) {
            Iterator<Item> items =
                    work.query(Query.between(Keys.session(tenant, id), Keys.HEAD, Keys.STATE + Keys.END));
            Item head = items.hasNext() ? items.next() : null;
            if (head == null || !isHead(head) || !SessionItems.live(head)) {
                return Optional.empty();
            }
            Map<String, Payload> state = state(work, head, items);
            if (state != null) {
                return Optional.of(SessionItems.head(id, head, state));
            }
            work.pause();
        }
    }

    private static boolean isHead(Item item) {
        return item.bytes(TableDesign.SORT).asUtf8String().equals(Keys.HEAD);
    }

    private static @Nullable Map<String, Payload> state(Work work, Item head, Iterator<Item> items) {
        Map<String, Long> entries = SessionItems.entries(head);
        Map<Long, Item> packs = new HashMap<>();
        items.forEachRemaining(item -> packs.put(item.number(SessionItems.VERSION), item));
        packs.keySet().retainAll(entries.values());
        Map<String, Payload> state = new HashMap<>();
        for (Map.Entry<Long, Item> pack : packs.entrySet()) {
            byte[] content = Parts.read(work, pack.getValue());
            if (content == null) {
                return null;
            }
            SessionItems.unpack(content).forEach((key, value) -> {
                if (pack.getKey().equals(entries.get(key))) {
                    state.put(key, value);
                }
            });
        }
        return state.size() == entries.size() ? state : null;
    }

    @Override
    public List<StoredTurn> turns(TenantId tenant, SessionId id, long upTo, int limit, long maxBytes) {
        Limits.check(limit, MAX_PAGE);
        if (upTo < 1) {
            return List.of();
        }
        Work work = backend.work();
        while (true) {
            List<StoredTurn> turns = read(work, tenant, id, upTo, limit, maxBytes);
            if (turns != null) {
                Collections.reverse(turns);
                return turns;
            }
            work.pause();
        }
    }

    /** The turns, newest first; null if the newest is not to be seen yet, or no longer. */
    private static @Nullable List<StoredTurn> read(
            Work work, TenantId tenant, SessionId id, long upTo, int limit, long maxBytes) {
        String partition = Keys.session(tenant, id);
        boolean newest = upTo == Long.MAX_VALUE;
        // The head sorts right after the turns, so one query sees it and the newest of them.
        Iterator<Item> items =
                work.query(Query.between(partition, Keys.LOG, newest ? Keys.HEAD : Keys.LOG + Keys.digits(upTo))
                        .backwards()
                        .pages(Math.min(limit + 1, PAGE)));
        Item head = newest
                ? (items.hasNext() ? items.next() : null)
                : work.get(Keys.sessionHead(tenant, id)).orElse(null);
        List<StoredTurn> turns = new ArrayList<>();
        if (head == null || !isHead(head) || !SessionItems.live(head)) {
            return turns;
        }
        long next = Math.min(upTo, head.number(SessionItems.VERSION));
        long first = head.number(SessionItems.FIRST);
        long bytes = 0;
        while (next >= first && turns.size() < limit && items.hasNext()) {
            Item item = items.next();
            long version = item.number(SessionItems.VERSION);
            if (version > next) {
                continue;
            }
            bytes += Parts.length(item);
            if (version < next || (!turns.isEmpty() && bytes > maxBytes)) {
                break;
            }
            byte[] content = Parts.read(work, item);
            if (content == null) {
                break;
            }
            turns.add(SessionItems.turn(item, content));
            next--;
        }
        return turns.isEmpty() && next >= first ? null : turns;
    }

    @Override
    public List<SessionHead> list(TenantId tenant, @Nullable SessionId after, int limit) {
        Limits.check(limit, MAX_PAGE);
        Work work = backend.work();
        String from = after == null ? null : after.value();
        Iterator<Item> listed = Merge.shards(Merge.SORT, shard -> {
            String partition = Keys.sessions(tenant, shard);
            Query query = from == null
                    ? Query.all(partition)
                    : Query.after(partition, software.amazon.awssdk.core.SdkBytes.fromUtf8String(from));
            return work.query(query.pages(Math.max(10, limit / 4)).only("#pk, #sk"));
        });
        List<SessionHead> page = new ArrayList<>();
        while (page.size() < limit && listed.hasNext()) {
            List<SessionId> ids = new ArrayList<>();
            while (ids.size() < limit - page.size() && listed.hasNext()) {
                ids.add(new SessionId(listed.next().bytes(TableDesign.SORT).asUtf8String()));
            }
            Map<Key, Item> heads = work.get(
                    ids.stream().map(id -> Keys.sessionHead(tenant, id)).toList());
            for (SessionId id : ids) {
                Item head = heads.get(Keys.sessionHead(tenant, id));
                if (head != null && SessionItems.live(head)) {
                    page.add(SessionItems.head(id, head, Map.of()));
                }
            }
        }
        return page;
    }

    @Override
    public boolean delete(TenantId tenant, SessionId id) {
        return removal.remove(backend.longWork(), tenant, id, Long.MAX_VALUE);
    }
}
