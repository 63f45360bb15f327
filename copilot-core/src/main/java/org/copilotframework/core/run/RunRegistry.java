package org.copilotframework.core.run;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;

/**
 * The stored runs this process shows: those at work here, a bounded number of those that have ended, and those that wait or are
 * at work elsewhere as long as somebody holds them.
 */
public final class RunRegistry {
    /** How much the ended runs may weigh together, in bytes. */
    private static final long MAX_WEIGHT = 256L << 20;

    private record Key(TenantId tenant, RunId id) {}

    private final ConcurrentHashMap<Key, RunHandle> runs = new ConcurrentHashMap<>();
    /** Those that are not at work here: kept as long as somebody else holds them. */
    private final ConcurrentHashMap<Key, WeakReference<RunHandle>> elsewhere = new ConcurrentHashMap<>();

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
     * A run is at work here.
     *
     * @param run the run
     */
    public void add(RunHandle run) {
        Key key = new Key(run.tenant(), run.id());
        runs.put(key, run);
        elsewhere.remove(key);
    }

    /**
     * A run is not at work here any more, and has not ended.
     *
     * @param run the run
     */
    public void elsewhere(RunHandle run) {
        Key key = new Key(run.tenant(), run.id());
        elsewhere.put(key, new WeakReference<>(run));
        runs.remove(key, run);
    }

    /**
     * Takes note of a run that was found in the store, unless somebody else has found it too.
     *
     * @param found the run as it was found
     * @return the one object that stands for it
     */
    public RunHandle shown(RunHandle found) {
        Key key = new Key(found.tenant(), found.id());
        RunHandle[] known = {found};
        elsewhere.compute(key, (same, reference) -> {
            RunHandle here = runs.get(key);
            if (here != null) {
                known[0] = here;
                return null;
            }
            RunHandle waiting = reference == null ? null : reference.get();
            if (waiting != null) {
                known[0] = waiting;
                return reference;
            }
            return new WeakReference<>(found);
        });
        return known[0];
    }

    /**
     * The runs that wait or are at work elsewhere and that somebody holds.
     *
     * @return the runs, in no order
     */
    public List<RunHandle> elsewhere() {
        List<RunHandle> held = new ArrayList<>();
        elsewhere.forEach((key, reference) -> {
            RunHandle run = reference.get();
            if (run != null) {
                held.add(run);
            } else {
                elsewhere.remove(key, reference);
            }
        });
        return held;
    }

    /**
     * Takes note that a run has ended; it is kept until enough later ones have ended too, by number or by weight. Called once
     * per run.
     *
     * @param run the run
     * @param replyWeight how much its reply weighs, in bytes
     */
    public void ended(RunHandle run, long replyWeight) {
        Key key = new Key(run.tenant(), run.id());
        Ended one = new Ended(key, run.weight() + replyWeight);
        runs.put(key, run);
        elsewhere.remove(key);
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
        Key key = new Key(tenant, id);
        RunHandle here = runs.get(key);
        if (here != null) {
            return Optional.of(here);
        }
        WeakReference<RunHandle> reference = elsewhere.get(key);
        return Optional.ofNullable(reference == null ? null : reference.get());
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
