package org.copilotframework.core.call;

import java.time.Duration;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of runs that were taken and could not be read. One whose tenant's content cannot be read for the moment, as the key
 * cannot be had, was not tried: it goes back uncounted, and so never fails for that. What is damaged counts, and fails in the end.
 */
final class UnreadRuns {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Premises premises;
    private final DeskWriting writing;
    private final RunLimits limits;
    private final UnreadTenants tenants;

    UnreadRuns(Premises premises, DeskWriting writing) {
        this.premises = premises;
        this.writing = writing;
        this.limits = premises.runLimits();
        this.tenants = new UnreadTenants(limits.lease(), System::nanoTime);
    }

    /** A run was read. */
    void read(RunRecord run) {
        tenants.over(run.head().tenant());
    }

    /** A run could not be read, or something of it could not be stored. Never throws. */
    void met(RunRecord run, UnavailableException why) {
        try {
            premises.storage().checkReadable(run.head().tenant());
            tenants.over(run.head().tenant());
            left(run, why);
        } catch (UnavailableException away) {
            goesBack(run, away);
        } catch (RuntimeException | Error fault) {
            left(run, fault);
        }
    }

    /** Whoever finds its lease over takes it up. */
    static void left(RunRecord run, Throwable fault) {
        LOG.warn(
                "Run {} of agent '{}' is not gone on with now; it is taken up again once its lease is over",
                run.head().id(),
                run.head().agent(),
                fault);
    }

    private void goesBack(RunRecord run, UnavailableException away) {
        RunHead head = run.head();
        if (head.state() != RunState.WORKING || head.attempt() > limits.maxAttempts()) {
            // It is to end, and that is written once it can be.
            left(run, away);
            return;
        }
        if (tenants.begins(head.tenant())) {
            LOG.warn(
                    "Runs of tenant '{}' wait, and are not counted as tried, since none of its content can be read now: {}",
                    head.tenant(),
                    away.getMessage());
        }
        // A line for each run and lease would bury all else.
        LOG.debug("Run {} goes back, since it cannot be read now: {}", head.id(), away.getMessage());
        try {
            Duration asked = away.retryAfter().orElse(Duration.ZERO);
            Duration rest = tenants.rest(head.tenant());
            writing.back(run, asked.compareTo(rest) > 0 ? asked : rest);
        } catch (ConflictException elsewhere) {
            LOG.info("Run {} was taken by somebody else before it went back: {}", head.id(), elsewhere.getMessage());
        } catch (RuntimeException | Error fault) {
            left(run, fault);
        }
    }
}
