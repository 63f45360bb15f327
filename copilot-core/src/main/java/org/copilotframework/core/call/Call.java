package org.copilotframework.core.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.invocation.Invocation;
import org.copilotframework.api.spi.invocation.Outcome;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.Leases;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.Ticket;
import org.copilotframework.core.session.SessionQueue;
import org.jspecify.annotations.Nullable;

/** One call on its way: what it is, who waits for it, and who may end it. */
final class Call extends Notes implements Invocation, Leases.Holder, SessionQueue.Guest, Runnable {
    private static final CompletableFuture<Boolean> NOT_STORED = CompletableFuture.completedFuture(false);
    private static final VarHandle ID = field("id", RunId.class);
    private static final VarHandle DECLARED = field("declared", boolean.class);

    // What it is, from the beginning.
    final Corridor corridor;
    final @Nullable Activation within;
    final @Nullable Call parent;
    final Call root;
    /** What entitles it to work on a stored run, or null for a call that is only invoked. */
    final @Nullable Ticket ticket;

    final @Nullable RunHandle handle;
    final Thread waiter;
    final long began = System.nanoTime();
    private final AgentRequest request;
    private final Caller caller;
    private final @Nullable SessionId session;
    private final int depth;

    /** Of a stored run: whether this call has ended it, once that is stored. */
    final CompletableFuture<Boolean> ending;

    private @Nullable Outcome outcome;

    private volatile @Nullable RunId id;
    /** Whether somebody has said if its submission was accepted. */
    private volatile boolean declared;

    private volatile @Nullable Family family;
    private final AgentThread agentThread = new AgentThread(this);

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
        this.corridor = corridor;
        this.caller = caller;
        this.request = request;
        this.session = request.session().orElse(null);
        this.within = within;
        this.parent = within == null ? null : within.call();
        this.root = parent == null ? this : parent.root;
        int storedDepth = ticket == null ? 0 : ticket.lineage().depth();
        this.depth = parent == null ? storedDepth : Math.max(parent.depth + 1, storedDepth);
        this.ticket = ticket;
        this.ending = ticket == null ? NOT_STORED : new CompletableFuture<>();
        this.handle = ticket == null ? null : ticket.handle();
        this.id = handle == null ? null : handle.id();
        this.ownThread = ownThread;
        this.waiter = Thread.currentThread();
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
        LockSupport.unpark(waiter);
    }

    @Override
    boolean finish(CopilotException error) {
        if (!super.finish(error)) {
            return false;
        }
        Family caused = family;
        if (caused != null) {
            caused.end(error);
        }
        return true;
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

    // ---- family, thread

    /** Whether another call waits for it on its thread. What an agent submits is a run of its own. */
    boolean waitedForByParent() {
        return parent != null && (ticket == null || ticket.stored());
    }

    /** The calls that this one has caused. */
    Family family() {
        Family known = family;
        if (known == null) {
            synchronized (this) {
                known = family;
                if (known == null) {
                    known = new Family(ticket == null ? 0 : ticket.lineage().calls());
                    family = known;
                }
            }
        }
        return known;
    }

    /** How many calls its whole chain has caused, also before this activation. */
    int caused() {
        Family known = root.family;
        Ticket stored = root.ticket;
        return known != null
                ? known.caused()
                : stored == null ? 0 : stored.lineage().calls();
    }

    AgentThread agentThread() {
        return agentThread;
    }

    // ---- those who ask for its end

    @Override
    public void revoke(String why) {
        handBack = true;
        finish(new UnavailableException(
                "agent '" + request.agent() + "' was unloaded before it replied: " + why, Duration.ofSeconds(1)));
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

    // ---- as others see it

    @Override
    public RunId runId() {
        RunId known = id;
        if (known == null) {
            RunId made = RunIds.next(System.currentTimeMillis());
            known = ID.compareAndSet(this, null, made) ? made : (RunId) ID.getVolatile(this);
        }
        return known;
    }

    @Override
    public AgentRequest request() {
        return request;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public Optional<RunId> parent() {
        return parent == null ? Optional.empty() : Optional.of(parent.runId());
    }

    @Override
    public int depth() {
        return depth;
    }

    @Nullable
    SessionId session() {
        return session;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Call.class, name, type);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }
}
