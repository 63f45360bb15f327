package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes runs that want a worker. What nobody has is due by the clock of this machine. What somebody has is due when this
 * process has seen it unchanged for as long as the lease lasts, by its own monotonic clock: so no machine with a wrong clock
 * loses its runs, or keeps them after its end.
 */
final class Claims {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private final Backend backend;
    private final InstantSource clock;
    private final HeldRuns held;
    private final WaitingRuns waiting;

    Claims(Backend backend, InstantSource clock, HeldRuns held) {
        this.backend = backend;
        this.clock = clock;
        this.held = held;
        this.waiting = new WaitingRuns(clock);
    }

    /**
     * What was taken is given, whatever happens then: nobody else gets it before its lease is over. So a claim fails only if
     * nothing was taken, and takes no more when half of its time is gone.
     */
    List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        Work work = backend.work();
        Set<String> wanted = new HashSet<>(agents);
        List<Item> candidates = new ArrayList<>(held.over(work, wanted, lease));
        candidates.addAll(waiting.due(work, wanted, limit));
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
}
