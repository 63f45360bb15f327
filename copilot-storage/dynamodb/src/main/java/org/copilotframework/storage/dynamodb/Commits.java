package org.copilotframework.storage.dynamodb;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/**
 * Makes commits: reads in one request what the commit touches, decides, and writes in one transaction under the condition that
 * all is still as it was read. If it is not, that begins anew, and ends with a conflict or a repeat that can say what is there.
 */
final class Commits {
    private final Backend backend;
    private final InstantSource clock;
    private final SessionRemoval removal;

    Commits(Backend backend, InstantSource clock, SessionRemoval removal) {
        this.backend = backend;
        this.clock = clock;
        this.removal = removal;
    }

    CommitResult commit(Commit commit) {
        Work work = backend.work();
        boolean sure = false;
        while (true) {
            Map<Key, Item> found = work.get(touched(commit));
            Item session = commit.session()
                    .map(change -> found.get(Keys.sessionHead(commit.tenant(), change.session())))
                    .orElse(null);
            if (session != null && !SessionItems.live(session)) {
                removal.finish(
                        work, commit.tenant(), commit.session().orElseThrow().session(), session);
                continue;
            }
            Optional<CommitResult> repeated = repeated(work, commit, session, found);
            if (repeated.isPresent()) {
                return repeated.get();
            }
            Writes writes;
            try {
                writes = plan(work, commit, session, found);
            } catch (ConflictException conflict) {
                // What was read is no snapshot. If this very commit was made in the middle of the reading, then
                // one more reading sees all of it.
                if (sure) {
                    throw conflict;
                }
                sure = true;
                continue;
            }
            if (work.write(writes)) {
                StoredTurn turn = commit.session()
                        .map(change -> SessionItems.stored(change.turn()))
                        .orElse(null);
                return new CommitResult(false, turn, fence(commit));
            }
            sure = false;
            work.pause();
        }
    }

    /** Begins a session behind turns that are not kept; false if there is one, or one is being deleted. */
    boolean begin(TenantId tenant, SessionId session, long dropped) {
        Writes writes = backend.writes();
        SessionWrites.begin(writes, tenant, session, dropped, clock.instant());
        return backend.work().write(writes);
    }

    private static List<Key> touched(Commit commit) {
        TenantId tenant = commit.tenant();
        List<Key> keys = new ArrayList<>();
        commit.session().ifPresent(change -> keys.add(Keys.sessionHead(tenant, change.session())));
        commit.stepsOf().ifPresent(run -> {
            keys.add(Keys.runHead(tenant, run));
            commit.steps().stream()
                    .map(step -> Keys.step(tenant, run, step.key()))
                    .distinct()
                    .forEach(keys::add);
        });
        commit.values().forEach(change -> keys.add(Keys.value(tenant, change.key())));
        keys.addAll(OutboxItems.clocks(tenant, commit.messages()));
        return keys;
    }

    private static long fence(Commit commit) {
        return commit.start()
                .map(start -> 1L)
                .or(() -> commit.run().map(change -> change.fence() + 1))
                .orElse(0L);
    }

    /** The first result, if this commit was made before: its turn or the run's last change tells. */
    private static Optional<CommitResult> repeated(
            Work work, Commit commit, @Nullable Item session, Map<Key, Item> found) {
        StoredTurn turn = null;
        if (commit.session().isPresent() && session != null) {
            turn = repeated(work, commit.tenant(), commit.session().get(), session);
        }
        Item run = run(commit, found);
        String change = commit.start()
                .map(RunStart::change)
                .or(() -> commit.run().map(RunChange::change))
                .orElse(null);
        boolean same =
                change != null && run != null && run.text(RunItems.CHANGE).equals(change);
        if (turn == null && !same) {
            return Optional.empty();
        } else if (turn == null) {
            turn = commit.session()
                    .map(missing -> SessionItems.stored(missing.turn()))
                    .orElse(null);
        }
        return Optional.of(new CommitResult(true, turn, fence(commit)));
    }

    /** The turn that this change made before, or null. */
    private static @Nullable StoredTurn repeated(Work work, TenantId tenant, SessionChange change, Item head) {
        StoredTurn turn = change.turn();
        long version = head.number(SessionItems.VERSION);
        boolean last = version == turn.version();
        if (version < turn.version()
                || (last && !head.text(SessionItems.LAST_TURN).equals(turn.id()))) {
            return null;
        }
        return work.get(Keys.turn(tenant, change.session(), turn.version()))
                .filter(item -> SessionItems.turnId(item).equals(turn.id()))
                .map(item -> {
                    byte[] content = Parts.read(work, item);
                    return content == null ? null : SessionItems.turn(item, content);
                })
                .orElse(null);
    }

    private static @Nullable Item run(Commit commit, Map<Key, Item> found) {
        return commit.stepsOf()
                .map(run -> found.get(Keys.runHead(commit.tenant(), run)))
                .orElse(null);
    }

    private Writes plan(Work work, Commit commit, @Nullable Item session, Map<Key, Item> found) {
        TenantId tenant = commit.tenant();
        Instant now = clock.instant();
        Writes writes = backend.writes();
        Item run = run(commit, found);
        RunWrites runs = new RunWrites(writes, tenant);
        commit.session().ifPresent(change -> {
            check(change, session);
            SessionWrites.plan(work, writes, tenant, change, session, now);
        });
        commit.start().ifPresent(start -> {
            if (run != null) {
                throw new ConflictException("there is a run '" + start.id() + "' already; begin one with another id");
            }
            runs.begin(start, now);
        });
        commit.run().ifPresent(change -> runs.change(change, check(change.id().value(), change.fence(), run), now));
        commit.within().ifPresent(within -> {
            check(within.id().value(), within.fence(), run);
            runs.demand(within);
        });
        commit.stepsOf().ifPresent(id -> {
            runs.steps(id, commit.steps(), found);
            Events.plan(work, writes, tenant, id, commit.events());
        });
        for (ValueChange change : commit.values()) {
            Item before = found.get(Keys.value(tenant, change.key()));
            OptionalLong version = ValueItems.plan(writes, tenant, change, before, now);
            if (version.isEmpty()) {
                throw new ConflictException("the value '" + change.key() + "' is at version "
                        + ValueItems.version(before, now) + ", and this change expects version " + change.expected()
                        + " (0: not there); read it again");
            }
        }
        OutboxItems.plan(writes, tenant, commit.messages(), found, now);
        return writes;
    }

    private static void check(SessionChange change, @Nullable Item head) {
        long version = head == null ? 0 : head.number(SessionItems.VERSION);
        long expected = change.turn().version() - 1;
        if (version != expected) {
            throw new ConflictException("session '" + change.session() + "' is at version " + version
                    + ", and this change expects version " + expected + "; read the session again");
        }
    }

    private static Item check(String id, long fence, @Nullable Item head) {
        if (head == null) {
            throw new ConflictException("there is no run '" + id + "', or it is no longer kept");
        }
        RunState state = RunItems.state(head);
        if (state.terminal()) {
            throw new ConflictException("run '" + id + "' has ended as " + state + " and changes no more");
        } else if (head.number(RunItems.FENCE) != fence) {
            throw new ConflictException("run '" + id + "' has fence " + head.number(RunItems.FENCE)
                    + ", and this change expects " + fence + ": another worker has taken it");
        }
        return head;
    }
}
