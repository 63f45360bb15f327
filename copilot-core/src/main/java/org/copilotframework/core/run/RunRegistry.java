package org.copilotframework.core.run;

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
 * at work elsewhere as long as somebody holds or awaits them. Of one run there is one handle.
 */
public final class RunRegistry {
    /** How much the ended runs may weigh together, in bytes. */
    private static final long MAX_WEIGHT = 256L << 20;

    private record Key(TenantId tenant, RunId id) {
        static Key of(RunHandle run) {
            return new Key(run.tenant(), run.id());
        }
    }

    private record Ended(Key key, long weight) {}

    private final ConcurrentHashMap<Key, Reach> runs = new ConcurrentHashMap<>();
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
        run.reach().hold(run);
        runs.put(Key.of(run), run.reach());
    }

    /**
     * A run is not at work here any more, and has not ended.
     *
     * @param run the run
     */
    public void elsewhere(RunHandle run) {
        run.reach().letGo();
        runs.put(Key.of(run), run.reach());
    }

    /**
     * A run was read from the store, and is not at work here.
     *
     * @param run the run
     * @return the handle that is to be shown: this one, or one that is known already
     */
    public RunHandle shown(RunHandle run) {
        while (true) {
            Reach shown = runs.merge(Key.of(run), run.reach(), (known, made) -> known.run() == null ? made : known);
            // The one that was known may be let go just now; to show another that is not found here would be to lose
            // it.
            RunHandle known = shown.run();
            if (known != null) {
                return known;
            }
        }
    }

    /**
     * The runs that wait or are at work elsewhere and that somebody holds or awaits.
     *
     * @return the runs, in no order
     */
    public List<RunHandle> elsewhere() {
        List<RunHandle> there = new ArrayList<>();
        runs.forEach((key, reach) -> {
            RunHandle run = reach.run();
            if (run == null) {
                runs.remove(key, reach);
            } else if (reach.elsewhere() && !run.state().terminal()) {
                there.add(run);
            }
        });
        return there;
    }

    /**
     * The runs that have not ended, as far as this process knows.
     *
     * @return the runs, in no order
     */
    public List<RunHandle> going() {
        return runs.values().stream()
                .map(Reach::run)
                .filter(run -> run != null && !run.state().terminal())
                .toList();
    }

    /**
     * Takes note that a run has ended; it is kept until enough later ones have ended too, by number or by weight. Does nothing
     * the second time.
     *
     * @param run the run
     * @param replyWeight how much its reply weighs, in bytes
     */
    public void ended(RunHandle run, long replyWeight) {
        if (!run.reach().count()) {
            return;
        }
        add(run);
        Ended one = new Ended(Key.of(run), run.weight() + replyWeight);
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
        Reach reach = runs.get(new Key(tenant, id));
        return Optional.ofNullable(reach == null ? null : reach.run());
    }

    /**
     * Forgets all runs of a tenant.
     *
     * @param tenant whose runs
     * @return the runs that were known
     */
    public List<RunHandle> forget(TenantId tenant) {
        List<RunHandle> forgotten = new ArrayList<>();
        runs.forEach((key, reach) -> {
            RunHandle run = reach.run();
            if (key.tenant().equals(tenant) && runs.remove(key, reach) && run != null) {
                forgotten.add(run);
            }
        });
        ended.removeIf(one -> {
            boolean theirs = one.key().tenant().equals(tenant);
            if (theirs) {
                kept.decrementAndGet();
                weight.addAndGet(-one.weight());
            }
            return theirs;
        });
        return forgotten;
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
