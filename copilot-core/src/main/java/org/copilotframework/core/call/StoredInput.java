package org.copilotframework.core.call;

import java.util.List;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Role;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.agent.AgentDirectory;
import org.copilotframework.core.run.Effort;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives runs the input that they wait for, by the store alone, wherever they are. */
final class StoredInput {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Premises premises;
    private final EventKeeper events;
    private final AgentDirectory agents;
    private final VersionWait versions;

    StoredInput(Premises premises, EventKeeper events, AgentDirectory agents, VersionWait versions) {
        this.premises = premises;
        this.events = events;
        this.agents = agents;
        this.versions = versions;
    }

    /** A name for an input of which there is no other. */
    static String name() {
        return "input-" + RunIds.next(System.currentTimeMillis());
    }

    /**
     * Stores an input.
     *
     * @param name names it, so that it is given once
     * @param claim what is stored with it; or null
     * @return the run, which this process has taken with the input and is to go on with; or null if others are to, or do
     * @throws ConflictException if the run waits for none
     */
    @Nullable
    RunRecord give(RunHandle run, Message message, String name, @Nullable ValueChange claim) {
        check(message);
        StoredChange change = new StoredChange(premises, run, name);
        while (true) {
            RunRecord stored = change.look();
            RunHead head = stored.head();
            RunDetail detail = RunDetail.read(stored.detail());
            if (name.equals(detail.given())) {
                // It was made, its answer was lost, and somebody has gone on with the run since.
                premises.telling().learned(run, stored);
                return null;
            } else if (head.state() != RunState.INPUT_REQUIRED && head.state() != RunState.AUTH_REQUIRED) {
                throw new ConflictException("run " + run.id() + " waits for no input: it is " + head.state());
            }
            versions.misfit(head, detail).ifPresent(why -> {
                throw new ConflictException(why);
            });
            boolean here = agents.find(head.agent()).isPresent();
            RunChange given =
                    given(stored, detail.withInput(message, name, here ? Effort.BEGUN : Effort.NONE), name, here);
            CommitResult made = made(run, change, given, claim);
            if (made != null) {
                return here ? taken(stored, given, made) : null;
            }
        }
    }

    private void check(Message message) {
        long most = premises.limits().messageBytes();
        if (message.role() != Role.USER) {
            throw new InvalidRequestException("input: a message has the role USER, not " + message.role());
        } else if (message.weight() > most) {
            throw new InvalidRequestException("input: weighs " + message.weight() + " bytes, more than the " + most
                    + " of copilot.invoke.message-bytes; pass large content by reference");
        }
    }

    private RunChange given(RunRecord stored, RunDetail detail, String name, boolean here) {
        RunHead head = stored.head();
        return new RunChange(
                head.id(),
                head.fence(),
                name,
                here ? RunState.WORKING : RunState.SUBMITTED,
                head.activation(),
                detail.store(),
                here ? premises.holder() : null,
                here ? Due.after(premises.runLimits().lease()) : Due.now(),
                null);
    }

    private @Nullable CommitResult made(
            RunHandle run, StoredChange change, RunChange given, @Nullable ValueChange claim) {
        events.load(run);
        RunLease by = new RunLease(run.tenant(), run.id(), given.fence());
        EventKeeper.Change told = events.change(run, by, List.of(new Event.State(given.state())));
        Commit.Builder commit = Commit.in(run.tenant()).run(given);
        told.ride(commit);
        if (claim != null) {
            commit.value(claim);
        }
        CommitResult made = null;
        try {
            made = change.made(commit.build());
        } finally {
            if (made == null) {
                told.refused();
            }
        }
        if (made != null) {
            told.made();
            run.standing().seen(given.state(), null);
        }
        return made;
    }

    /** The input is stored: what fails from here on is not for its giver, because whoever finds the lease over goes on. */
    private @Nullable RunRecord taken(RunRecord stored, RunChange given, CommitResult made) {
        RunHead head = stored.head();
        if (!made.repeated()) {
            return new RunRecord(StoredChange.changed(head, given, made.fence()), stored.input(), given.detail());
        }
        try {
            return premises.storage().runs().find(head.tenant(), head.id()).orElse(null);
        } catch (CopilotException unavailable) {
            LOG.warn(
                    "Run {} has got its input, and goes on once its lease is over: {}",
                    head.id(),
                    unavailable.getMessage());
            return null;
        }
    }
}
