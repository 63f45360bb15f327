package org.copilotframework.core.run;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.jspecify.annotations.Nullable;

/** A stored run as this process shows it to those who hold it. Once it has ended it holds nothing of the agent that made it. */
public final class RunHandle implements Run {
    private final TenantId tenant;
    private final RunId id;
    private final RunLog log;
    private final CompletableFuture<AgentReply> reply = new CompletableFuture<>();
    private final RunControl control;
    private final Reach reach = new Reach(this);
    private final RunStanding standing;

    /**
     * Makes a run that nobody knows yet.
     *
     * @param tenant whose run
     * @param id its name
     * @param maxEvents how many events are retained
     * @param maxBytes how much they may weigh
     * @param control what is done to it while no call of this process is at work on it
     */
    public RunHandle(TenantId tenant, RunId id, int maxEvents, long maxBytes, RunControl control) {
        this.tenant = tenant;
        this.id = id;
        this.control = control;
        this.log = new RunLog(maxEvents, maxBytes);
        this.standing = new RunStanding(log);
    }

    @Override
    public RunId id() {
        return id;
    }

    @Override
    public RunState state() {
        return standing.state();
    }

    @Override
    public CompletionStage<AgentReply> reply() {
        reach.awaited(this);
        return reply.minimalCompletionStage();
    }

    /**
     * Whether the reply, or why there is none, is known here.
     *
     * @return whether waiting for it ends at once
     */
    public boolean isReplied() {
        return reply.isDone();
    }

    /**
     * Waits for the reply. Unlike who asks for {@link #reply}, which may come when nothing else of the run is held, who waits here
     * holds the run himself: once he goes, nobody has it looked for any more on his account.
     *
     * @param nanos how long
     * @return the reply
     * @throws ExecutionException with why there is none
     * @throws TimeoutException if it does not come in time
     * @throws InterruptedException if the thread is interrupted
     */
    public AgentReply awaitReply(long nanos) throws ExecutionException, TimeoutException, InterruptedException {
        return reply.get(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public EventStream events(long after) {
        return log.ring().open(after, this);
    }

    @Override
    public boolean cancel(String why) {
        // A call that can no longer be canceled may be about to suspend the run; the store knows.
        return standing.cancel(why) || (!state().terminal() && control.cancel(this, why));
    }

    @Override
    public Optional<Message> question() {
        return Optional.ofNullable(standing.question());
    }

    @Override
    public void input(Message message) {
        control.input(this, message);
    }

    /**
     * Whose run it is.
     *
     * @return the tenant
     */
    public TenantId tenant() {
        return tenant;
    }

    /** How the registry reaches it. */
    Reach reach() {
        return reach;
    }

    /**
     * How much this run's events keep in memory.
     *
     * @return a lower bound, in bytes
     */
    public long weight() {
        return log.ring().weight();
    }

    /**
     * Where the run stands.
     *
     * @return always the same object
     */
    public RunStanding standing() {
        return standing;
    }

    /**
     * Its events, and which of them are in the store.
     *
     * @return always the same object
     */
    public RunLog log() {
        return log;
    }

    /**
     * Retains an event of the agent.
     *
     * @param event what happened
     * @return false if the run has ended or is suspended
     */
    public boolean emit(Event event) {
        return log.ring().emit(event);
    }

    /**
     * Completes the reply.
     *
     * @param value the reply, or null if there is an error
     * @param error the error, or null if there is a reply
     */
    public void complete(@Nullable AgentReply value, @Nullable CopilotException error) {
        if (error != null) {
            reply.completeExceptionally(error);
        } else {
            reply.complete(value);
        }
    }

    /**
     * Nothing is learned of the run in this process any more: readers of its events and whoever waits for its reply are let go.
     *
     * @param why what the latter get
     */
    public void close(CopilotException why) {
        log.ring().close();
        complete(null, why);
    }

    /**
     * How much an event weighs against the limit on its size.
     *
     * @param event the event
     * @return a lower bound of its size as UTF-8 JSON, in bytes
     */
    public static long weight(Event event) {
        return EventWeight.ofContent(event);
    }
}
