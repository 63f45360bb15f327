package org.copilotframework.core.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.jspecify.annotations.Nullable;

/**
 * The runs of all tenants, and where to find them: by state, by when they are due, by when they are no longer kept. Of those
 * that have ended only the latest are kept; one that has not ended is never dropped.
 */
final class RunTable {
    private final int endedKept;
    private final ConcurrentMap<Key, RunEntry> runs = new ConcurrentHashMap<>();
    private final StateIndex states = new StateIndex();
    private final DueIndex due = new DueIndex();
    private final Timetable expiring = new Timetable();
    private final Timetable ended = new Timetable();
    private final AtomicInteger endedCount = new AtomicInteger();

    RunTable(int endedKept) {
        this.endedKept = endedKept;
    }

    static Key key(TenantId tenant, RunId id) {
        return new Key(tenant, id.value());
    }

    @Nullable
    RunEntry find(Key key) {
        return runs.get(key);
    }

    /** The entry for a run that begins: perhaps taken already, perhaps gone when its lock is there. */
    RunEntry findOrMake(TenantId tenant, RunId id) {
        return runs.computeIfAbsent(key(tenant, id), absent -> new RunEntry(id));
    }

    /** Takes a locked entry away if nothing came of it. */
    void forgetEmpty(TenantId tenant, RunId id, RunEntry entry) {
        if (entry.record() == null && !entry.isGone()) {
            entry.markGone();
            runs.remove(key(tenant, id), entry);
        }
    }

    /** Writes a run that begins; its entry is locked and was checked. */
    void begin(TenantId tenant, RunEntry entry, RunStart start, Instant now) {
        commit(entry, Transitions.begun(tenant, start, now), start.change(), now, start.keep());
    }

    /** Writes a run's change; its entry is locked and was checked. */
    void change(RunEntry entry, RunChange change, Instant now) {
        RunRecord before = Objects.requireNonNull(entry.record());
        commit(entry, Transitions.changed(before, change, now), change.change(), now, change.keep());
    }

    private void commit(RunEntry entry, RunRecord after, String change, Instant now, @Nullable Duration keep) {
        boolean over = after.head().state().terminal();
        Key key = key(after.head().tenant(), after.head().id());
        Instant expiry = over && keep != null ? now.plus(keep) : null;
        write(key, entry, after);
        entry.write(after, change, expiry);
        if (over) {
            ended.add(now, key);
            endedCount.incrementAndGet();
            if (expiry != null) {
                expiring.add(expiry, key);
            }
        }
    }

    /** Writes a run, whose entry is locked, and where it is found. */
    void write(Key key, RunEntry entry, RunRecord after) {
        RunRecord before = entry.record();
        states.move(key, before, after);
        due.move(key, before, after);
        entry.write(after);
    }

    /** The keys of a tenant's runs before a key, the greatest first. */
    List<Key> before(Key end, @Nullable RunState state, int limit) {
        return states.before(end, state, limit);
    }

    /** The agents of which a run was ever due. */
    Set<String> agents() {
        return due.agents();
    }

    /** The keys of runs that are due, the longest due first. */
    List<Key> due(Collection<String> agents, Instant now, int limit) {
        return due.until(agents, now, limit);
    }

    /** Drops the oldest that have ended as far as there are too many. Called without any lock. */
    void trim() {
        for (int count = endedCount.get(); count > endedKept; count = endedCount.get()) {
            if (endedCount.compareAndSet(count, count - 1)) {
                Timetable.Entry oldest = ended.poll();
                if (oldest != null) {
                    drop(oldest.key());
                }
            }
        }
    }

    /** Drops runs whose time is over. Called without any lock. */
    int sweep(Instant now, int limit) {
        int swept = 0;
        for (Timetable.Entry over : expiring.until(now, limit)) {
            swept += drop(over.key()) ? 1 : 0;
        }
        return swept;
    }

    long erase(TenantId tenant) {
        return states.all(tenant).filter(this::drop).count();
    }

    /** Takes a run away, with all that belongs to it; false if there is none. Called without any lock. */
    boolean drop(Key key) {
        RunEntry entry = runs.get(key);
        if (entry == null) {
            return false;
        }
        synchronized (entry) {
            RunRecord run = entry.record();
            if (run == null) {
                return false;
            }
            states.remove(key, run);
            due.remove(key, run);
            if (entry.expires() != null) {
                expiring.remove(entry.expires(), key);
            }
            if (run.head().state().terminal() && ended.remove(run.head().changed(), key)) {
                endedCount.decrementAndGet();
            }
            entry.markGone();
            runs.remove(key, entry);
            return true;
        }
    }

    /** The first run behind a key. */
    @Nullable
    Key next(Key after) {
        return states.next(after);
    }

    void clear() {
        runs.clear();
        states.clear();
        due.clear();
        expiring.clear();
        ended.clear();
    }
}
