package org.copilotframework.core.run;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;

/** The submitted runs this process knows: those that have not ended, and a bounded number of those that have. */
public final class RunRegistry {
    private record Key(TenantId tenant, RunId id) {}

    private final ConcurrentHashMap<Key, RunHandle> runs = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Key> ended = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();
    private final int limit;

    /**
     * Makes an empty registry.
     *
     * @param limit how many ended runs are kept
     */
    public RunRegistry(int limit) {
        this.limit = limit;
    }

    /**
     * Enters a run.
     *
     * @param run the run
     */
    public void add(RunHandle run) {
        runs.put(new Key(run.tenant(), run.id()), run);
    }

    /**
     * Takes note that a run has ended; it is kept until enough later ones have ended too. Called once per run.
     *
     * @param run the run
     */
    public void ended(RunHandle run) {
        ended.add(new Key(run.tenant(), run.id()));
        if (kept.incrementAndGet() > limit) {
            Key oldest = ended.poll();
            if (oldest != null) {
                kept.decrementAndGet();
                runs.remove(oldest);
            }
        }
    }

    /**
     * Finds a run.
     *
     * @param tenant whose run
     * @param id which run
     * @return the run, or empty if it is not known here, or is another tenant's
     */
    public Optional<RunHandle> find(TenantId tenant, RunId id) {
        return Optional.ofNullable(runs.get(new Key(tenant, id)));
    }

    /**
     * How many runs are known.
     *
     * @return the number at this moment
     */
    public int size() {
        return runs.size();
    }
}
