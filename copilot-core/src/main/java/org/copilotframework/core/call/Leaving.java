package org.copilotframework.core.call;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what became of the stored runs whose calls have left: again and again, until the store has it, or says that the run is
 * somebody else's. Only then is a run's end told. Holds nothing of the call, and so nothing of its agent.
 */
final class Leaving {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long FIRST_REST = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(1);

    private final Premises premises;
    private final EventKeeper events;
    /** Those that have ended here, which the store does not know yet. */
    private final Set<RunHandle> ending = ConcurrentHashMap.newKeySet();

    private volatile boolean closing;

    Leaving(Premises premises, EventKeeper events) {
        this.premises = premises;
        this.events = events;
    }

    /**
     * A run has ended with an error.
     *
     * @param error what its caller gets, made anew so that it remembers no frame of a plugin
     * @param stored is told whether this has ended the run, once it is known
     */
    void ends(RunHandle run, RunChange change, CopilotException error, CompletableFuture<Boolean> stored) {
        ending.add(run);
        premises.lateWrites()
                .write(() -> writeEnd(run, change, changing(run, change, List.of()), error, stored, FIRST_REST));
    }

    /**
     * A run goes on with somebody else.
     *
     * @param told what that tells those who read its events
     */
    void goesBack(RunHandle run, RunChange change, List<Event> told) {
        long until = System.nanoTime() + premises.runLimits().lease().toNanos();
        premises.lateWrites().write(() -> writeBack(run, change, changing(run, change, told), until, FIRST_REST));
    }

    /** Whether a run has ended here and only the store does not know it. */
    boolean ending(RunHandle run) {
        return ending.contains(run);
    }

    /** From now on what the store does not take within a moment is left to whoever finds the lease over. */
    void close() {
        closing = true;
    }

    private EventKeeper.Change changing(RunHandle run, RunChange change, List<Event> told) {
        return events.change(run, lease(run, change), told);
    }

    private static RunLease lease(RunHandle run, RunChange change) {
        return new RunLease(run.tenant(), run.id(), change.fence());
    }

    private void writeEnd(
            RunHandle run,
            RunChange change,
            EventKeeper.Change with,
            CopilotException error,
            CompletableFuture<Boolean> stored,
            long rest) {
        try {
            commit(run, change, with);
            ended(run, change, error, stored);
            return;
        } catch (ConflictException conflict) {
            LOG.debug("That run {} is {} is refused", run.id(), change.state(), conflict);
            try {
                RunRecord there =
                        premises.storage().runs().find(run.tenant(), run.id()).orElse(null);
                if (there == null || !mine(there)) {
                    events.lost(run, lease(run, change));
                    anothers(run, there, stored);
                } else {
                    // Its lease was over, and this very process has taken it again.
                    RunChange next = withFence(change, there.head().fence());
                    premises.lateWrites()
                            .write(() -> writeEnd(run, next, changing(run, next, List.of()), error, stored, rest));
                }
                return;
            } catch (RuntimeException | Error unavailable) {
                missed(run, change, unavailable, rest);
            }
        } catch (RuntimeException | Error unavailable) {
            missed(run, change, unavailable, rest);
        }
        if (closing && rest >= LONGEST_REST) {
            ending.remove(run);
            stored.complete(false);
            return;
        }
        premises.lateWrites().writeAfter(rest, () -> writeEnd(run, change, with, error, stored, longer(rest)));
    }

    private boolean mine(RunRecord there) {
        return !there.head().state().terminal()
                && premises.holder().equals(there.head().holder());
    }

    private void ended(RunHandle run, RunChange change, CopilotException error, CompletableFuture<Boolean> stored) {
        premises.telling().ended(run, RunEnd.with(change.state(), error));
        ending.remove(run);
        stored.complete(true);
    }

    /** It has ended otherwise, is gone, or goes on with another worker: then its caller learns of that end. */
    private void anothers(RunHandle run, @Nullable RunRecord there, CompletableFuture<Boolean> stored) {
        premises.runs().elsewhere(run);
        if (there == null) {
            premises.telling().ended(run, RunEnd.gone(run.id()));
        } else {
            premises.telling().learned(run, there);
        }
        ending.remove(run);
        stored.complete(false);
    }

    private void writeBack(RunHandle run, RunChange change, EventKeeper.Change with, long until, long rest) {
        try {
            commit(run, change, with);
        } catch (ConflictException elsewhere) {
            events.lost(run, lease(run, change));
            LOG.debug("Run {} is not handed back: {}", run.id(), elsewhere.getMessage());
        } catch (RuntimeException | Error unavailable) {
            missed(run, change, unavailable, rest);
            if (until - System.nanoTime() > rest && !(closing && rest >= LONGEST_REST)) {
                premises.lateWrites().writeAfter(rest, () -> writeBack(run, change, with, until, longer(rest)));
            } else {
                events.lost(run, lease(run, change));
            }
        }
    }

    private void commit(RunHandle run, RunChange change, EventKeeper.Change with) {
        Commit.Builder commit = Commit.in(run.tenant()).run(change);
        with.ride(commit);
        premises.storage().commit(commit.build());
        with.made();
    }

    private static void missed(RunHandle run, RunChange change, Throwable fault, long rest) {
        if (rest == FIRST_REST) {
            LOG.warn(
                    "That run {} is {} is not in the store yet, and is written again: {}",
                    run.id(),
                    change.state(),
                    fault.toString());
        }
    }

    private static long longer(long rest) {
        return Math.min(2 * rest, LONGEST_REST);
    }

    private static RunChange withFence(RunChange change, long fence) {
        String name = change.change();
        return new RunChange(
                change.id(),
                fence,
                name.substring(0, name.lastIndexOf('-') + 1) + fence,
                change.state(),
                change.activation(),
                change.detail(),
                change.holder(),
                change.due(),
                change.keep());
    }
}
