package org.copilotframework.core.call;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.Faults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in which what becomes of runs is sent to the store. If the answer is lost, the same commit is sent again, a few
 * times and as long as there is time: the store knows a commit that it has made.
 */
final class Sending {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long FIRST_REST = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(800);

    private final Storage storage;

    Sending(Storage storage) {
        this.storage = storage;
    }

    /** On behalf of a call, until its deadline. */
    CommitResult send(Call call, Commit commit) {
        return send(call.runId(), commit, call.deadline);
    }

    /**
     * Sends a commit. May block.
     *
     * @param run whose commit it is
     * @param commit named so that it is known again, and that no other is taken for it
     * @param deadline when to give up, as {@link System#nanoTime}
     * @return what is stored now
     * @throws UnavailableException if the store stays unavailable; it may have made the commit
     * @throws CopilotException if it is refused
     */
    CommitResult send(RunId run, Commit commit, long deadline) {
        long rest = FIRST_REST;
        while (true) {
            try {
                return storage.commit(commit);
            } catch (UnavailableException unavailable) {
                if (rest > LONGEST_REST || deadline - System.nanoTime() <= rest || !rested(rest)) {
                    throw unavailable;
                }
                rest *= 2;
            } catch (CopilotException refusal) {
                throw refusal;
            } catch (RuntimeException | Error fault) {
                LOG.error("The store failed to commit run {}", run, fault);
                throw new UnavailableException(
                        "the store failed to commit run " + run + ": " + Faults.brief(fault), Duration.ofSeconds(1));
            }
        }
    }

    private static boolean rested(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
