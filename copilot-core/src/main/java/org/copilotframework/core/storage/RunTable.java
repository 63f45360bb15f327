package org.copilotframework.core.storage;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Runs;
import org.jspecify.annotations.Nullable;

/** The runs of all tenants. Of those that have ended only the latest are kept; one that has not ended is never dropped. */
final class RunTable implements Runs {
    private record Key(TenantId tenant, RunId id) {}

    private final int endedKept;
    private final ConcurrentMap<Key, RunRecord> runs = new ConcurrentHashMap<>();
    private final Queue<Key> ended = new ConcurrentLinkedQueue<>();
    private final AtomicInteger endedCount = new AtomicInteger();

    RunTable(int endedKept) {
        this.endedKept = endedKept;
    }

    @Override
    public Optional<RunRecord> find(TenantId tenant, RunId id) {
        return Optional.ofNullable(runs.get(new Key(tenant, id)));
    }

    /**
     * Writes a run.
     *
     * @throws ConflictException if it has ended, unless this is the very record it ended with
     */
    void write(TenantId tenant, RunRecord run) {
        Key key = new Key(tenant, run.id());
        RunRecord before = runs.get(key);
        while (!replace(key, before, run)) {
            before = runs.get(key);
        }
    }

    private boolean replace(Key key, @Nullable RunRecord before, RunRecord run) {
        if (before != null && before.state().terminal()) {
            if (before.equals(run)) {
                return true;
            }
            throw new ConflictException("run '" + run.id() + "' has ended as " + before.state() + " and cannot become "
                    + run.state() + "; read the run again");
        }
        boolean written = before == null ? runs.putIfAbsent(key, run) == null : runs.replace(key, before, run);
        if (written && run.state().terminal()) {
            ended.add(key);
            if (endedCount.incrementAndGet() > endedKept) {
                dropOldest();
            }
        }
        return written;
    }

    private void dropOldest() {
        Key oldest = ended.poll();
        if (oldest != null) {
            endedCount.decrementAndGet();
            runs.remove(oldest);
        }
    }

    void clear() {
        ended.clear();
        runs.clear();
    }
}
