package org.copilotframework.core.call;

import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.Lineage;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.RunInput;
import org.copilotframework.core.run.RunLimits;
import org.copilotframework.core.run.Ticket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes calls of stored runs that this process has taken, or says why they cannot go on. */
final class RunResumption {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Corridor corridor;
    private final RunDesk desk;
    private final VersionWait versions;
    private final DeskWriting writing;
    private final UnreadRuns unread;
    private final RunLimits limits;

    RunResumption(Corridor corridor, RunDesk desk, VersionWait versions, DeskWriting writing) {
        this.corridor = corridor;
        this.desk = desk;
        this.versions = versions;
        this.writing = writing;
        this.unread = new UnreadRuns(corridor.premises, writing);
        this.limits = corridor.premises.runLimits();
    }

    /** Goes on with a run that was taken. Never throws: a run that cannot be begun keeps no other from it. */
    void begin(RunRecord run) {
        try {
            look(run);
        } catch (ConflictException elsewhere) {
            LOG.info(
                    "Run {} was changed by somebody else meanwhile: {}",
                    run.head().id(),
                    elsewhere.getMessage());
        } catch (UnavailableException unreadable) {
            unread.met(run, unreadable);
        } catch (RuntimeException | Error fault) {
            UnreadRuns.left(run, fault);
        }
    }

    private void look(RunRecord run) {
        RunHead head = run.head();
        if (!corridor.premises.holder().equals(head.holder())) {
            // It was canceled or taken over between the two looks.
            corridor.premises
                    .runs()
                    .find(head.tenant(), head.id())
                    .ifPresent(known -> corridor.premises.telling().learned(known, run));
        } else if (head.state() == RunState.INPUT_REQUIRED || head.state() == RunState.AUTH_REQUIRED) {
            writing.end(
                    run,
                    new DeadlineExceededException("run " + head.id() + " got no input within " + limits.inputTimeout()
                            + " (copilot.runs.input-timeout)"));
        } else if (head.attempt() > limits.maxAttempts()) {
            // Before its content is read, for that may be what is wrong.
            writing.end(run, poison(head, head.attempt()));
        } else {
            RunDetail detail = RunDetail.read(run.detail());
            int begun = detail.effort().begun() + head.attempt();
            if (begun > limits.maxAttempts()) {
                writing.end(run, poison(head, begun));
            } else if (detail.effort().handedBack() > limits.maxHandBacks()) {
                writing.end(run, restless(head, detail.effort().handedBack()));
            } else {
                versions.misfit(head, detail)
                        .ifPresentOrElse(why -> versions.await(run, detail, why), () -> goOn(run, detail));
            }
        }
    }

    private void goOn(RunRecord run, RunDetail detail) {
        Call call = call(run, detail, null);
        unread.read(run);
        corridor.begin(call);
    }

    private static AgentFailedException poison(RunHead head, int begun) {
        return new AgentFailedException(
                head.agent(),
                head.id().value(),
                (begun - 1)
                        + " processes ended or fell silent while they were at work on it (copilot.runs.max-attempts)");
    }

    private static AgentFailedException restless(RunHead head, int times) {
        return new AgentFailedException(
                head.agent(),
                head.id().value(),
                "it was handed back " + times + " times while its agent was at work, because the process closed, the"
                        + " plugin was exchanged or its session had changed; that is more than ten times"
                        + " copilot.runs.max-attempts. Let the agent do less in one activation");
    }

    /** Goes on with a run that was taken within the activation that has given it its input, and waits for it. */
    Call within(RunRecord run, Activation waits) {
        Call call = call(run, RunDetail.read(run.detail()), waits);
        waits.call().family().adopt(call, waits.call());
        corridor.begin(call);
        return call;
    }

    private Call call(RunRecord run, RunDetail detail, @Nullable Activation within) {
        RunHead head = run.head();
        RunInput input = RunInput.read(run.input());
        RunHandle handle =
                corridor.premises.runs().find(head.tenant(), head.id()).orElseGet(() -> desk.shown(run));
        // Since it was taken nobody else can add to them: what comes next has the positions after these.
        corridor.events.taken(handle);
        Message said = detail.input() == null ? input.message() : detail.input();
        AgentRequest request = input.request(head.agent(), head.session(), said);
        Lineage lineage =
                new Lineage(input.lineage().depth(), Math.max(input.lineage().calls(), detail.calls()));
        Ticket ticket = new Ticket(
                handle, true, head.fence(), head.activation(), head.attempt(), input.message(), detail, lineage, null);
        return new Call(corridor, input.caller(head.tenant()), request, within, ticket, false);
    }
}
