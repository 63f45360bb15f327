package org.copilotframework.core.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.copilotframework.api.spi.storage.RunRecord;
import org.jspecify.annotations.Nullable;

/** When runs are due, by agents; never of one that has ended. Whoever changes when a run is due has its entry's lock. */
final class DueIndex {
    private final ConcurrentMap<String, Timetable> due = new ConcurrentHashMap<>();

    /** Lists a run as it is due now. */
    void move(Key key, @Nullable RunRecord before, RunRecord after) {
        if (before != null) {
            remove(key, before);
        }
        Instant at = after.head().due();
        if (at != null && !after.head().state().terminal()) {
            due.computeIfAbsent(after.head().agent(), agent -> new Timetable()).add(at, key);
        }
    }

    void remove(Key key, RunRecord run) {
        Timetable table = due.get(run.head().agent());
        Instant at = run.head().due();
        if (table != null && at != null) {
            table.remove(at, key);
        }
    }

    /** The agents of which a run was ever due. */
    Set<String> agents() {
        return due.keySet();
    }

    /** The keys of runs that are due, the longest due first. */
    List<Key> until(Collection<String> agents, Instant now, int limit) {
        List<Timetable.Entry> found = new ArrayList<>();
        for (String agent : agents) {
            Timetable table = due.get(agent);
            if (table != null) {
                found.addAll(table.until(now, limit));
            }
        }
        return found.stream()
                .sorted(Timetable.ORDER)
                .limit(limit)
                .map(Timetable.Entry::key)
                .toList();
    }

    void clear() {
        due.clear();
    }
}
