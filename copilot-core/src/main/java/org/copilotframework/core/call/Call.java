package org.copilotframework.core.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.invocation.Outcome;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.Leases;
import org.copilotframework.core.run.Ticket;
import org.copilotframework.core.session.SessionQueue;
import org.jspecify.annotations.Nullable;

/** One call on its way: how it is handed on, who may end it, and how it ended. */
final class Call extends Kin implements Leases.Holder, SessionQueue.Guest, Runnable {
    private static final CompletableFuture<Boolean> NOT_STORED = CompletableFuture.completedFuture(false);
    private static final VarHandle DECLARED = declared();

    /** Of a stored run: whether this call has ended it, once that is stored. */
    final CompletableFuture<Boolean> ending;

    private @Nullable Outcome outcome;

    /** Whether somebody has said if its submission was accepted. */
    private volatile boolean declared;

    private final AgentThread agentThread = new AgentThread(this);

    /** What is told of the end, if no thread waits for it; null if one does. Set before the call begins. */
    private @Nullable CompletableFuture<AgentReply> reply;

    /**
     * Makes a call.
     *
     * @param within the activation it is made from, or null if it comes from outside
     * @param ticket its stored run, or null if it is invoked
     * @param ownThread whether the agent shall run on this very thread
     */
    Call(
            Corridor corridor,
            Caller caller,
            AgentRequest request,
            @Nullable Activation within,
            @Nullable Ticket ticket,
            boolean ownThread) {
        super(corridor, caller, request, within, ticket, ownThread);
        this.ending = ticket == null ? NOT_STORED : new CompletableFuture<>();
    }

    // ---- its passage

    @Override
    public void kept() {
        corridor.waiting.incrementAndGet();
        give(KEPT);
    }

    @Override
    void unkept() {
        corridor.waiting.decrementAndGet();
    }

    /** The walking thread gives it to the thread that waits for the reply, which may be itself. */
    void handToWaiter() {
        give(HANDED);
        if (Thread.currentThread() != waiter) {
            LockSupport.unpark(waiter);
        }
    }

    @Override
    public void run() {
        HostedAgent agent = hosted;
        if (agent != null && claim(HANDED, RUNNING)) {
            AgentRoom.run(this, agent);
        }
    }

    @Override
    void abandon() {
        agentThread.abandon();
    }

    @Override
    void leaveInner() {
        corridor.leaveInner(this);
    }

    @Override
    void answer() {
        if (parent != null) {
            parent.family().forget(this);
        }
        stopTimer();
        // Observers and completions may block, and other calls' deadlines must not wait for them.
        corridor.premises.workers().offTimer(this::told);
    }

    private void told() {
        corridor.leaveOuter(this);
        answeredNow();
        CompletableFuture<AgentReply> waits = reply;
        if (waits == null) {
            LockSupport.unpark(waiter);
            return;
        }
        corridor.punctuality.forget(this);
        AgentReply said = reply();
        CopilotException error = error();
        if (said != null) {
            waits.complete(said);
        } else {
            // Made anew, so that it is nobody else's.
            waits.completeExceptionally(error == null ? Waiting.inDoubt(this) : Failures.again(error));
        }
    }

    /** No thread waits for its reply. Called before it begins. */
    CompletableFuture<AgentReply> withoutWaiter() {
        CompletableFuture<AgentReply> told = new CompletableFuture<>();
        reply = told;
        return told;
    }

    /** The deadline and the grace are over: whoever is told is told that it is not known. The call itself goes on. */
    void notAnswered() {
        CompletableFuture<AgentReply> waits = reply;
        if (waits != null && !waits.isDone()) {
            corridor.premises.workers().reply(() -> waits.completeExceptionally(Waiting.inDoubt(this)));
        }
    }

    /**
     * Says whether its submission is accepted or refused.
     *
     * @return false if somebody else has said it
     */
    boolean declare() {
        return DECLARED.compareAndSet(this, false, true);
    }

    /** How it ended. By the thread that tells the caller. */
    Outcome outcome() {
        Outcome known = outcome;
        if (known == null) {
            known = new Outcome(state(), Duration.ofNanos(System.nanoTime() - began), reply(), error());
            outcome = known;
        }
        return known;
    }

    private RunState state() {
        CopilotException error = error();
        AgentReply reply = reply();
        if (reply != null) {
            return reply.state();
        } else if (error instanceof CanceledException) {
            return RunState.CANCELED;
        }
        return seen ? RunState.FAILED : RunState.REJECTED;
    }

    AgentThread agentThread() {
        return agentThread;
    }

    // ---- those who ask for its end

    @Override
    public void revoke(String why) {
        handBack = true;
        finish(new UnavailableException(
                "agent '" + request().agent() + "' was unloaded before it replied: " + why, Duration.ofSeconds(1)));
    }

    @Override
    public void interrupted(String why) {
        finish(new CanceledException("run " + runId() + " was canceled: " + why));
    }

    /**
     * A gate gives it a permit.
     *
     * @return false if it has ended, and so takes none
     */
    boolean granted(Gate gate) {
        return corridor.again(this, () -> {
            keptAt = null;
            if (gate == agentGate) {
                agentPermit = true;
            } else {
                permit = true;
            }
        });
    }

    @Override
    public void admitted() {
        corridor.goOn(this);
    }

    private static VarHandle declared() {
        try {
            return MethodHandles.lookup().findVarHandle(Call.class, "declared", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }
}
