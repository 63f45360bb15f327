package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Takes runs that want a worker. What nobody has is due by the clock of this machine. What somebody has is due when this
 * process has seen it unchanged for as long as the lease lasts, by its own monotonic clock: so no machine with a wrong clock
 * loses its runs, or keeps them after its end.
 */
final class Claims {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private static final int PAGE = 100;
    /** How many pages of one shard a claim reads past runs of agents that nobody here has; the next claim goes on from there. */
    private static final int MOST_PAGES = 10;

    private final Backend backend;
    private final InstantSource clock;
    private final HeldRuns held;
    private final Map<Integer, Map<String, AttributeValue>> goOn = new HashMap<>();

    Claims(Backend backend, InstantSource clock, HeldRuns held) {
        this.backend = backend;
        this.clock = clock;
        this.held = held;
    }

    /**
     * What was taken is given, whatever happens then: nobody else gets it before its lease is over. So a claim fails only if
     * nothing was taken, and takes no more when half of its time is gone.
     */
    List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        Work work = backend.work();
        Set<String> wanted = new HashSet<>(agents);
        List<Item> candidates = new ArrayList<>(held.over(work, wanted, lease));
        for (int shard = 0; shard < Keys.SHARDS; shard++) {
            candidates.addAll(waiting(work, shard, wanted, limit));
        }
        candidates.sort(Comparator.comparingLong(candidate -> candidate.number(RunItems.DUE)));
        List<RunRecord> taken = new ArrayList<>();
        Iterator<Item> next = candidates.iterator();
        long room = maxBytes;
        try {
            while (taken.size() < limit && next.hasNext() && (taken.isEmpty() || !work.halfOver())) {
                Item seen = next.next();
                RunRecord before = read(work, seen).orElse(null);
                if (before != null) {
                    room -= size(before);
                    if (room < 0 && !taken.isEmpty()) {
                        break;
                    }
                    take(work, seen, before, holder, lease).ifPresent(taken::add);
                }
            }
        } catch (CopilotException failure) {
            if (taken.isEmpty()) {
                throw failure;
            }
            LOG.info("{} runs were taken, and then a claim ended early: {}", taken.size(), failure.getMessage());
        }
        return taken;
    }

    private List<Item> waiting(Work work, int shard, Set<String> agents, int limit) {
        List<Item> found = new ArrayList<>();
        Query query = Query.indexUpTo(TableDesign.DUE, RunItems.waiting(shard), Times.millis(clock.instant()))
                .pages(PAGE);
        Map<String, AttributeValue> from = goOn(shard);
        for (int page = 0; page < MOST_PAGES && found.size() < limit; page++) {
            Pages.Page read = work.page(query.from(from));
            for (Map<String, AttributeValue> attributes : read.items()) {
                Item item = new Item(attributes);
                if (agents.contains(item.text(RunItems.AGENT))) {
                    found.add(item);
                }
            }
            from = read.last();
            if (from == null) {
                break;
            }
        }
        goOn(shard, found.isEmpty() ? from : null);
        return found;
    }

    private synchronized @Nullable Map<String, AttributeValue> goOn(int shard) {
        return goOn.get(shard);
    }

    private synchronized void goOn(int shard, @Nullable Map<String, AttributeValue> from) {
        if (from == null) {
            goOn.remove(shard);
        } else {
            goOn.put(shard, from);
        }
    }

    /** The run with its content; empty if it is no longer as it was seen. */
    private Optional<RunRecord> read(Work work, Item seen) {
        Optional<RunRecord> before = DynamoRuns.find(work, seen.key().partition())
                .filter(run -> run.head().fence() == seen.number(RunItems.FENCE));
        if (before.isEmpty()) {
            held.forget(seen.key());
        }
        return before;
    }

    private static long size(RunRecord run) {
        Payload detail = run.detail();
        return run.input().bytes().length + (detail == null ? 0 : detail.bytes().length);
    }

    /**
     * Takes a run if it is still as it was seen; empty if somebody else was faster. Its content is read first: if that fails,
     * nobody holds the run. It is still the same when the head is written, since only the next fence changes it.
     */
    private Optional<RunRecord> take(Work work, Item seen, RunRecord before, String holder, Duration lease) {
        held.forget(seen.key());
        Instant now = clock.instant();
        long fence = seen.number(RunItems.FENCE);
        boolean submitted = RunItems.state(seen) == RunState.SUBMITTED;
        int shard = Keys.shard(RunItems.id(seen));
        String update =
                "SET #holder = :holder, #fence = :next, #attempt = #attempt + :one, #queue = :held, #due = :due,"
                        + " #lease = :lease, #changed = :now";
        List<Object> values = new ArrayList<>(List.of(
                ":holder",
                holder,
                ":next",
                fence + 1,
                ":one",
                1,
                ":held",
                RunItems.held(shard),
                ":due",
                Times.millis(Times.after(now, lease)),
                ":lease",
                Times.millis(lease),
                ":now",
                Times.millis(now)));
        if (submitted) {
            update += ", #state = :working, #states = :states";
            values.addAll(List.of(
                    ":working",
                    RunState.WORKING.name(),
                    ":states",
                    RunItems.states(RunItems.tenant(seen.key()), RunState.WORKING, shard)));
        }
        Expression same =
                Expression.of("#fence = :fence AND #due = :seen", ":fence", fence, ":seen", seen.number(RunItems.DUE));
        return work.update(true, seen.key(), Expression.of(update, values.toArray()), same)
                .map(head -> new RunRecord(RunItems.head(head), before.input(), before.detail()));
    }

    /**
     * Those that nobody has, by the clock of this machine, and those that somebody had who has not prolonged his lease for so long;
     * a wrong clock finds them earlier or later by as much as it is wrong. The queue is not by agent: those of agents that are not
     * wanted are read, in the index, and passed over.
     */
    List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        Set<String> unwanted = Set.copyOf(except);
        Work work = backend.work();
        long before = Times.millis(clock.instant()) - Times.millis(time);
        List<Key> keys = new ArrayList<>();
        for (int shard = 0; shard < Keys.SHARDS; shard++) {
            for (String queue : List.of(RunItems.waiting(shard), RunItems.held(shard))) {
                Query due = Query.indexUpTo(TableDesign.DUE, queue, before);
                Iterator<Item> items = work.query(unwanted.isEmpty() ? due.pages(limit) : due);
                int wanted = 0;
                while (wanted < limit && items.hasNext()) {
                    Item item = items.next();
                    if (!unwanted.contains(item.text(RunItems.AGENT))) {
                        keys.add(item.key());
                        wanted++;
                    }
                }
            }
        }
        return work.get(keys).values().stream()
                .filter(head -> head.has(RunItems.DUE) && head.number(RunItems.DUE) <= before)
                .sorted(Comparator.comparingLong(head -> head.number(RunItems.DUE)))
                .limit(limit)
                .map(RunItems::head)
                .toList();
    }

    /** Tries each of them before it says that one failed, so that no lease ends for another's sake. */
    List<RunLease> renew(Collection<RunLease> leases, Duration lease) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Times.millis(lease));
        Queue<RunLease> lost = new ConcurrentLinkedQueue<>();
        AtomicReference<@Nullable UnavailableException> failed = new AtomicReference<>();
        backend.sideBySide(leases, one -> {
            if (failed.get() != null && System.nanoTime() - end >= 0) {
                return;
            }
            try {
                if (!renewed(one, lease)) {
                    lost.add(one);
                }
            } catch (UnavailableException unavailable) {
                failed.set(unavailable);
            }
        });
        UnavailableException last = failed.get();
        if (last != null) {
            throw last;
        }
        return List.copyOf(lost);
    }

    private boolean renewed(RunLease one, Duration lease) {
        Expression prolong = Expression.of(
                "SET #queue = :held, #due = :due, #lease = :lease",
                ":held",
                RunItems.held(Keys.shard(one.id().value())),
                ":due",
                Times.millis(Times.after(clock.instant(), lease)),
                ":lease",
                Times.millis(lease));
        return backend.longWork()
                .update(true, Keys.runHead(one.tenant(), one.id()), prolong, RunWrites.isHeld(one.fence()))
                .isPresent();
    }
}
