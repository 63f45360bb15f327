package org.copilotframework.core.storage;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.jspecify.annotations.Nullable;

/** One run with its steps and retained events. Whoever calls a method holds this object's lock. */
final class RunEntry {
    private final RunId id;
    private @Nullable RunRecord record;
    private String lastChange = "";
    private @Nullable Instant expires;
    private boolean gone;
    private NavigableMap<String, StepRecord> steps = Collections.emptyNavigableMap();
    private NavigableMap<Long, StoredEvent> events = new TreeMap<>();

    RunEntry(RunId id) {
        this.id = id;
    }

    /** The run as it is, or null if it was never begun. */
    @Nullable
    RunRecord record() {
        return record;
    }

    void write(RunRecord changed, String change, @Nullable Instant expiry) {
        record = changed;
        lastChange = change;
        expires = expiry;
    }

    /** Writes what is no change by a commit. */
    void write(RunRecord changed) {
        record = changed;
    }

    @Nullable
    Instant expires() {
        return expires;
    }

    boolean isGone() {
        return gone;
    }

    void markGone() {
        gone = true;
        record = null;
        steps = Collections.emptyNavigableMap();
        events = new TreeMap<>();
    }

    /** Whether the run was begun or changed by this very commit. */
    boolean repeated(Commit commit) {
        String change = commit.start().isPresent()
                ? commit.start().get().change()
                : commit.run().isPresent() ? commit.run().get().change() : null;
        return record != null && lastChange.equals(change);
    }

    /** Throws {@link ConflictException} unless the commit can be made. */
    void check(Commit commit) {
        if (commit.start().isPresent()) {
            if (record != null) {
                throw new ConflictException("run '" + id + "' is there already; begin a run under an id of its own");
            }
            return;
        }
        long expected = commit.run().isPresent()
                ? commit.run().get().fence()
                : commit.within().orElseThrow().fence();
        if (record == null) {
            throw new ConflictException("run '" + id + "' is not there, and this change expects fence " + expected
                    + "; it was never begun, or is no longer kept");
        } else if (record.head().state().terminal()) {
            throw new ConflictException("run '" + id + "' has ended as "
                    + record.head().state() + " and cannot change; read the run again");
        } else if (record.head().fence() != expected) {
            throw new ConflictException(
                    "run '" + id + "' has fence " + record.head().fence() + ", and this change expects " + expected
                            + ": another worker has taken it, or it was changed");
        }
    }

    void journal(List<StepRecord> journaled) {
        if (!journaled.isEmpty() && steps.isEmpty()) {
            steps = new TreeMap<>(Key::compare);
        }
        for (StepRecord step : journaled) {
            StepRecord before = steps.get(step.key());
            if (before == null || before.result() == null) {
                steps.put(step.key(), step);
            }
        }
    }

    @Nullable
    StepRecord step(String key) {
        return steps.get(key);
    }

    List<StepRecord> steps(String after, int limit, long maxBytes) {
        return steps.isEmpty()
                ? List.of()
                : Page.of(steps.tailMap(after, false).values(), StepRecord::result, limit, maxBytes);
    }

    boolean retain(long fence, List<StoredEvent> more, long keepFrom) {
        if (record == null || record.head().fence() != fence) {
            return false;
        }
        retain(more);
        events.headMap(keepFrom, false).clear();
        return true;
    }

    /** Those that are there stay. */
    void retain(List<StoredEvent> more) {
        more.forEach(event -> events.putIfAbsent(event.position(), event));
    }

    List<StoredEvent> events(long after, int limit, long maxBytes) {
        return Page.of(events.tailMap(after, false).values(), StoredEvent::content, limit, maxBytes);
    }
}
