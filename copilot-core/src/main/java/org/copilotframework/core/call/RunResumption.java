package org.copilotframework.core.call;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.run.Effort;
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
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration LATE = Duration.ofMinutes(10);

    private final Corridor corridor;
    private final AgentDirectory agents;
    private final RunDesk desk;
    private final RunLimits limits;

    RunResumption(Corridor corridor, AgentDirectory agents, RunDesk desk) {
        this.corridor = corridor;
        this.agents = agents;
        this.desk = desk;
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
        } catch (RuntimeException | Error fault) {
            LOG.warn(
                    "Run {} of agent '{}' is not gone on with now; it is taken up again once its lease is over",
                    run.head().id(),
                    run.head().agent(),
                    fault);
        }
    }

    private void look(RunRecord run) {
        RunHead head = run.head();
        if (!corridor.premises.holder().equals(head.holder())) {
            // It was canceled or taken over between the two looks.
            corridor.premises.runs().find(head.tenant(), head.id()).ifPresent(known -> RunLearning.learn(known, run));
        } else if (head.state() == RunState.INPUT_REQUIRED || head.state() == RunState.AUTH_REQUIRED) {
            end(
                    run,
                    new DeadlineExceededException("run " + head.id() + " got no input within " + limits.inputTimeout()
                            + " (copilot.runs.input-timeout)"));
        } else if (head.attempt() > limits.maxAttempts()) {
            // Before its content is read, for that may be what is wrong.
            end(run, poison(head, head.attempt()));
        } else {
            RunDetail detail = RunDetail.read(run.detail());
            int begun = detail.effort().begun() + head.attempt();
            if (begun > limits.maxAttempts()) {
                end(run, poison(head, begun));
            } else if (detail.effort().handedBack() > limits.maxHandBacks()) {
                end(run, restless(head, detail.effort().handedBack()));
            } else {
                goOn(run, detail);
            }
        }
    }

    private AgentFailedException poison(RunHead head, int begun) {
        return new AgentFailedException(
                head.agent(),
                head.id().value(),
                (begun - 1)
                        + " processes ended or fell silent while they were at work on it (copilot.runs.max-attempts)");
    }

    private AgentFailedException restless(RunHead head, int times) {
        return new AgentFailedException(
                head.agent(),
                head.id().value(),
                "it was handed back " + times + " times while its agent was at work, because the process closed, the"
                        + " plugin was exchanged or its session had changed; that is more than ten times"
                        + " copilot.runs.max-attempts. Let the agent do less in one activation");
    }

    private void goOn(RunRecord run, RunDetail detail) {
        RunHead head = run.head();
        Optional<String> misfit = misfit(head, detail);
        if (misfit.isPresent()) {
            await(run, detail, misfit.get());
            return;
        }
        RunInput input = RunInput.read(run.input());
        RunHandle handle =
                corridor.premises.runs().find(head.tenant(), head.id()).orElseGet(() -> desk.shown(run));
        // Since it was taken nobody else can add to them: what comes next has the positions after these.
        corridor.events.taken(handle);
        Message said = detail.input() == null ? input.message() : detail.input();
        AgentRequest request = input.request(head.agent(), head.session(), said);
        Ticket ticket =
                new Ticket(handle, true, head.fence(), head.activation(), head.attempt(), input.message(), detail);
        corridor.begin(new Call(corridor, input.caller(head.tenant()), request, null, ticket, false));
    }

    /** Looks again later, and less often the longer it waits; in the end it has waited for too long. */
    private void await(RunRecord run, RunDetail detail, String why) {
        RunHead head = run.head();
        Instant now = Instant.now();
        Instant since = detail.waits() == null ? now : detail.waits();
        Duration waited = Duration.between(since, now);
        if (waited.compareTo(limits.inputTimeout()) > 0) {
            end(
                    run,
                    new ConflictException(
                            why + "; it has waited longer than copilot.runs.input-timeout, " + limits.inputTimeout()));
            return;
        }
        if (detail.waits() == null) {
            LOG.warn("{}", why);
        }
        Duration rest = waited.compareTo(SOON) < 0 ? SOON : waited.compareTo(LATE) > 0 ? LATE : waited;
        Duration left = limits.inputTimeout().minus(waited).plusMillis(1);
        Effort effort = detail.effort().returned(head.attempt(), false);
        change(
                run,
                RunState.SUBMITTED,
                detail.waiting(effort, why, since),
                Due.after(rest.compareTo(left) < 0 ? rest : left),
                null);
    }

    /** Why the run cannot go on with the agent that is here now, or empty. */
    Optional<String> misfit(RunHead head, RunDetail detail) {
        MajorVersion wanted = MajorVersion.of(detail.plugin());
        Optional<PluginRef> now = agents.find(head.agent()).flatMap(CatalogueEntry::plugin);
        if (wanted == null
                || now.isEmpty()
                || wanted.fits(now.get())
                || agents.leaving(head.agent(), wanted::fits).isPresent()) {
            return Optional.empty();
        }
        return Optional.of("run " + head.id() + " was suspended by " + wanted.plugin() + ", and agent '" + head.agent()
                + "' is now of " + now.get() + ": install a version " + wanted.shown()
                + " for it to go on, or cancel it");
    }

    /** The store says that a run at work here is somebody else's, or has ended. May block. */
    void lost(Call call, Ticket ticket) {
        boolean canceled = canceled(call);
        if (call.committing()) {
            // What the commit found is the truth, and it is on its way.
            return;
        }
        call.lost = true;
        desk.left(ticket);
        CopilotException error = canceled
                ? new CanceledException("run " + call.runId() + " was canceled")
                : new ConflictException("run " + call.runId() + " was taken over by another worker");
        corridor.premises.workers().reply(() -> call.finish(error));
    }

    private boolean canceled(Call call) {
        try {
            return corridor.premises
                    .storage()
                    .runs()
                    .find(call.caller().tenant(), call.runId())
                    .map(run -> run.head().state() == RunState.CANCELED)
                    .orElse(true);
        } catch (CopilotException unavailable) {
            LOG.debug("Who has run {} now is not known: {}", call.runId(), unavailable.getMessage());
            return false;
        }
    }

    /** Ends a run that nobody is at work on. */
    void end(RunRecord run, CopilotException error) {
        RunHead head = run.head();
        change(run, RunState.FAILED, RunDetail.failed(error), Due.never(), limits.keep());
        corridor.premises.runs().find(head.tenant(), head.id()).ifPresent(handle -> {
            handle.ended(RunState.FAILED);
            corridor.premises.runs().ended(handle, 0);
            corridor.premises.workers().reply(() -> handle.complete(null, error));
        });
    }

    private void change(RunRecord run, RunState state, RunDetail detail, Due due, @Nullable Duration keep) {
        RunHead head = run.head();
        RunChange change = new RunChange(
                head.id(),
                head.fence(),
                "desk-" + head.fence(),
                state,
                head.activation(),
                detail.store(),
                null,
                due,
                keep);
        Commit commit = Commit.in(head.tenant()).run(change).build();
        corridor.premises
                .sending()
                .send(head.id(), commit, System.nanoTime() + limits.lease().toNanos());
    }
}
