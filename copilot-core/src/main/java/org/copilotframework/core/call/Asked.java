package org.copilotframework.core.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.invocation.Invocation;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.Ticket;
import org.jspecify.annotations.Nullable;

/** What a call is from its beginning: who asks what of which agent, on which thread, and within which other call. */
abstract class Asked extends Notes implements Invocation {
    private static final VarHandle ID = id();

    final Corridor corridor;
    final @Nullable Activation within;
    final @Nullable Call parent;
    /** What entitles it to work on a stored run, or null for a call that is only invoked. */
    final @Nullable Ticket ticket;

    final @Nullable RunHandle handle;
    final Thread waiter;
    final long began = System.nanoTime();
    private final AgentRequest request;
    private final Caller caller;
    private final @Nullable SessionId session;
    private final int depth;

    /** Made when somebody asks for it, for most calls need no name. */
    private volatile @Nullable RunId id;

    Asked(
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
        int storedDepth = ticket == null ? 0 : ticket.lineage().depth();
        this.depth = parent == null ? storedDepth : Math.max(parent.depth() + 1, storedDepth);
        this.ticket = ticket;
        this.handle = ticket == null ? null : ticket.handle();
        this.id = handle == null ? null : handle.id();
        this.ownThread = ownThread;
        this.waiter = Thread.currentThread();
    }

    /** Whether another call waits for it on its thread. What an agent submits is a run of its own. */
    final boolean waitedForByParent() {
        return parent != null && (ticket == null || ticket.stored());
    }

    @Nullable
    final SessionId session() {
        return session;
    }

    @Override
    public final RunId runId() {
        RunId known = id;
        if (known == null) {
            RunId made = RunIds.next(System.currentTimeMillis());
            known = ID.compareAndSet(this, null, made) ? made : (RunId) ID.getVolatile(this);
        }
        return known;
    }

    @Override
    public final AgentRequest request() {
        return request;
    }

    @Override
    public final Caller caller() {
        return caller;
    }

    @Override
    public final Optional<RunId> parent() {
        return parent == null ? Optional.empty() : Optional.of(parent.runId());
    }

    @Override
    public final int depth() {
        return depth;
    }

    private static VarHandle id() {
        try {
            return MethodHandles.lookup().findVarHandle(Asked.class, "id", RunId.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }
}
