package org.copilotframework.core.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/** The sessions of all tenants. A session's own lock is all that is taken. */
final class MemorySessions implements Sessions {
    private final Door door;
    private final ConcurrentMap<Key, SessionLog> logs = new ConcurrentHashMap<>();
    /** The same in order; touched when a session begins or goes. */
    private final NavigableMap<Key, SessionLog> listed = new ConcurrentSkipListMap<>();

    MemorySessions(Door door) {
        this.door = door;
    }

    @Override
    public Optional<SessionHead> head(TenantId tenant, SessionId id) {
        SessionLog log = find(tenant, id);
        if (log == null) {
            return Optional.empty();
        }
        synchronized (log) {
            return log.isEmpty() || log.isGone() ? Optional.empty() : Optional.of(log.head(true));
        }
    }

    @Override
    public List<StoredTurn> turns(TenantId tenant, SessionId id, long upTo, int limit, long maxBytes) {
        Door.checkLimit(limit, MAX_PAGE);
        SessionLog log = find(tenant, id);
        if (log == null) {
            return List.of();
        }
        synchronized (log) {
            return log.isGone() ? List.of() : log.turns(upTo, limit, maxBytes);
        }
    }

    @Override
    public List<SessionHead> list(TenantId tenant, @Nullable SessionId after, int limit) {
        Door.checkLimit(limit, MAX_PAGE);
        door.check();
        List<SessionHead> page = new ArrayList<>();
        Key from = after == null ? Key.first(tenant) : new Key(tenant, after.value());
        for (SessionLog log : listed.subMap(from, false, Key.last(tenant), true).values()) {
            if (page.size() == limit) {
                break;
            }
            synchronized (log) {
                if (!log.isGone()) {
                    page.add(log.head(false));
                }
            }
        }
        return List.copyOf(page);
    }

    @Override
    public boolean delete(TenantId tenant, SessionId id) {
        door.check();
        return delete(new Key(tenant, id.value()), Instant.MAX);
    }

    /** The session's log, for a commit that locks it: perhaps a new one, perhaps gone when the lock is there. */
    SessionLog log(TenantId tenant, SessionId id) {
        return logs.computeIfAbsent(new Key(tenant, id.value()), absent -> new SessionLog(id, new HashMap<>()));
    }

    /** Appends to a log that is locked and has been checked. */
    void append(TenantId tenant, SessionLog log, SessionChange change, Instant now) {
        boolean begins = log.isEmpty();
        log.append(change, now);
        if (begins) {
            listed.put(new Key(tenant, change.session().value()), log);
        }
    }

    /** Begins a session behind turns that are not kept; false if there is one. */
    boolean begin(TenantId tenant, SessionId id, long dropped, Instant now) {
        SessionLog log = log(tenant, id);
        synchronized (log) {
            if (log.isGone() || !log.isEmpty()) {
                return false;
            }
            log.begin(dropped, now);
            listed.put(new Key(tenant, id.value()), log);
            return true;
        }
    }

    /** Takes a locked log away if nothing came of it. */
    void forgetEmpty(TenantId tenant, SessionId id, SessionLog log) {
        if (log.isEmpty() && !log.isGone()) {
            log.markGone();
            logs.remove(new Key(tenant, id.value()), log);
        }
    }

    long erase(TenantId tenant) {
        Set<Key> all = listed.subMap(Key.first(tenant), Key.last(tenant)).keySet();
        return all.stream().filter(key -> delete(key, Instant.MAX)).count();
    }

    /** Deletes sessions that were changed before a moment. Looks at all there are: a few milliseconds for 100,000. */
    int sweep(Instant before, int limit) {
        int swept = 0;
        for (Map.Entry<Key, SessionLog> entry : logs.entrySet()) {
            if (swept == limit) {
                break;
            } else if (delete(entry.getKey(), before)) {
                swept++;
            }
        }
        return swept;
    }

    private boolean delete(Key key, Instant before) {
        SessionLog log = logs.get(key);
        if (log == null) {
            return false;
        }
        synchronized (log) {
            if (log.isGone() || log.isEmpty() || !log.changed().isBefore(before)) {
                return false;
            }
            log.markGone();
            logs.remove(key, log);
            listed.remove(key, log);
            return true;
        }
    }

    /** The first tenant with a session behind a key. */
    @Nullable
    Key next(Key after) {
        return listed.higherKey(after);
    }

    void clear() {
        logs.clear();
        listed.clear();
    }

    private @Nullable SessionLog find(TenantId tenant, SessionId id) {
        door.check();
        return logs.get(new Key(tenant, id.value()));
    }
}
