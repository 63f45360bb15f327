package org.copilotframework.core.storage;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/** Keys by a moment: what is due, what is over. Safe for use by several threads. */
final class Timetable {
    /** A key and its moment. */
    record Entry(Instant at, Key key) {}

    static final Comparator<Entry> ORDER = Comparator.comparing(Entry::at).thenComparing(Entry::key);

    private final ConcurrentSkipListSet<Entry> entries = new ConcurrentSkipListSet<>(ORDER);

    void add(Instant at, Key key) {
        entries.add(new Entry(at, key));
    }

    boolean remove(Instant at, Key key) {
        return entries.remove(new Entry(at, key));
    }

    /** The entries up to a moment, the earliest first. */
    List<Entry> until(Instant moment, int limit) {
        return entries.stream()
                .takeWhile(entry -> !entry.at().isAfter(moment))
                .limit(limit)
                .toList();
    }

    /** Takes the earliest entry away, or gives null if there is none. */
    @Nullable
    Entry poll() {
        return entries.pollFirst();
    }

    void clear() {
        entries.clear();
    }
}
