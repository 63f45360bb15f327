package org.copilotframework.core.run;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;

/** The submitted runs this process knows: those that have not ended, and a bounded number of those that have. */
public final class RunRegistry {
    /** How much the ended runs may weigh together, in bytes. */
    private static final long MAX_WEIGHT = 256L << 20;

    private record Key(TenantId tenant, RunId id) {}

    private final ConcurrentHashMap<Key, RunHandle> runs = new ConcurrentHashMap<>();

    private record Ended(Key key, long weight) {}

    private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();
    private final AtomicLong weight = new AtomicLong();
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
     * Takes note that a run has ended; it is kept until enough later ones have ended too, by number or by weight. Called once
     * per run.
     *
     * @param run the run
     * @param replyWeight how much its reply weighs, in bytes
     */
    public void ended(RunHandle run, long replyWeight) {
        Ended one = new Ended(new Key(run.tenant(), run.id()), run.weight() + replyWeight);
        ended.add(one);
        kept.incrementAndGet();
        weight.addAndGet(one.weight());
        while (kept.get() > limit || weight.get() > MAX_WEIGHT) {
            Ended oldest = ended.poll();
            if (oldest == null) {
                return;
            }
            kept.decrementAndGet();
            weight.addAndGet(-oldest.weight());
            runs.remove(oldest.key());
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
