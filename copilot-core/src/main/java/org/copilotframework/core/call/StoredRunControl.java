package org.copilotframework.core.call;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Role;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.run.Effort;
import org.copilotframework.core.run.RunControl;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cancels runs and gives them input by the store alone, wherever they are. */
final class StoredRunControl implements RunControl {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** Each round somebody else was faster, so there is progress. */
    private static final int ROUNDS = 10;

    private final Premises premises;
    private final EventKeeper events;
    private final AgentDirectory agents;
    private final RunResumption resumption;

    StoredRunControl(Premises premises, EventKeeper events, AgentDirectory agents, RunResumption resumption) {
        this.premises = premises;
        this.events = events;
        this.agents = agents;
        this.resumption = resumption;
    }

    @Override
    public boolean cancel(RunHandle run, String why) {
        String name = "cancel-" + RunIds.next(System.currentTimeMillis());
        long deadline = deadline();
        for (int round = 0; ; round++) {
            RunRecord stored = stored(run.tenant(), run.id());
            RunHead head = stored.head();
            if (head.state().terminal()) {
                RunLearning.learn(run, stored);
                return false;
            }
            CanceledException error = new CanceledException("run " + run.id() + " was canceled: " + why);
            RunChange change = new RunChange(
                    head.id(),
                    head.fence(),
                    name,
                    RunState.CANCELED,
                    head.activation(),
                    RunDetail.failed(error).store(),
                    null,
                    Due.never(),
                    premises.runLimits().keep());
            if (made(change, Commit.in(run.tenant()).run(change).build(), round, deadline) != null) {
                run.ended(RunState.CANCELED);
                premises.runs().ended(run, 0);
                premises.workers().reply(() -> run.complete(null, error));
                return true;
            }
        }
    }

    @Override
    public void input(RunHandle run, Message message) {
        long most = premises.limits().messageBytes();
        if (message.role() != Role.USER) {
            throw new InvalidRequestException("input: a message has the role USER, not " + message.role());
        } else if (message.weight() > most) {
            throw new InvalidRequestException("input: weighs " + message.weight() + " bytes, more than the " + most
                    + " of copilot.invoke.message-bytes; pass large content by reference");
        }
        String name = "input-" + RunIds.next(System.currentTimeMillis());
        long deadline = deadline();
        for (int round = 0; ; round++) {
            RunRecord stored = stored(run.tenant(), run.id());
            RunHead head = stored.head();
            RunDetail detail = RunDetail.read(stored.detail());
            if (name.equals(detail.given())) {
                // It was made, its answer was lost, and somebody has gone on with the run since.
                RunLearning.learn(run, stored);
                return;
            } else if (head.state() != RunState.INPUT_REQUIRED && head.state() != RunState.AUTH_REQUIRED) {
                throw new ConflictException("run " + run.id() + " waits for no input: it is " + head.state());
            }
            Optional<String> misfit = resumption.misfit(head, detail);
            if (misfit.isPresent()) {
                throw new ConflictException(misfit.get());
            }
            boolean here = agents.find(head.agent()).isPresent();
            RunChange change = new RunChange(
                    head.id(),
                    head.fence(),
                    name,
                    here ? RunState.WORKING : RunState.SUBMITTED,
                    head.activation(),
                    detail.withInput(message, name, here ? Effort.BEGUN : Effort.NONE)
                            .store(),
                    here ? premises.holder() : null,
                    here ? Due.after(premises.runLimits().lease()) : Due.now(),
                    null);
            events.load(run);
            EventKeeper.Change told = events.change(
                    run, new RunLease(run.tenant(), run.id(), head.fence()), List.of(new Event.State(change.state())));
            Commit.Builder commit = Commit.in(run.tenant()).run(change);
            told.ride(commit);
            CommitResult made = null;
            try {
                made = made(change, commit.build(), round, deadline);
            } finally {
                if (made == null) {
                    told.refused();
                }
            }
            if (made != null) {
                told.made();
                run.seen(change.state(), null);
                if (here) {
                    begin(stored, change, made);
                }
                return;
            }
        }
    }

    /** The input is stored: what fails from here on is not for its giver, because whoever finds the lease over goes on. */
    private void begin(RunRecord stored, RunChange change, CommitResult made) {
        RunHead head = stored.head();
        if (!made.repeated()) {
            resumption.begin(new RunRecord(changed(head, change, made.fence()), stored.input(), change.detail()));
            return;
        }
        try {
            premises.storage().runs().find(head.tenant(), head.id()).ifPresent(resumption::begin);
        } catch (CopilotException unavailable) {
            LOG.warn(
                    "Run {} has got its input, and goes on once its lease is over: {}",
                    head.id(),
                    unavailable.getMessage());
        }
    }

    /** A run as it is once a change was made. */
    static RunHead changed(RunHead head, RunChange change, long fence) {
        return new RunHead(
                head.tenant(),
                head.id(),
                head.agent(),
                head.session(),
                change.state(),
                fence,
                change.activation(),
                0,
                change.holder(),
                null,
                head.created(),
                Instant.now());
    }

    private RunRecord stored(TenantId tenant, RunId id) {
        return premises.storage()
                .runs()
                .find(tenant, id)
                .orElseThrow(() -> new NotFoundException("run " + id + " is no longer kept"));
    }

    private long deadline() {
        return System.nanoTime() + premises.limits().timeout().toNanos();
    }

    /** Null if somebody else was faster and it is worth another look. */
    private @Nullable CommitResult made(RunChange change, Commit commit, int round, long deadline) {
        try {
            return premises.sending().send(change.id(), commit, deadline);
        } catch (ConflictException faster) {
            if (round >= ROUNDS) {
                throw faster;
            }
            return null;
        }
    }
}
