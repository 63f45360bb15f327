package org.copilotframework.core.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CopilotException;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a call, and how it ended. Two things decide everything: the <em>phase</em>, which says who owns the call (changed by
 * compare-and-set, so that each change has one author), and the <em>end</em>, which is set once and is what the caller gets.
 *
 * <p>Whoever sets the end does not need to own the call: {@link #settle()} does what the phase allows, and each author of a
 * later phase looks whether the end was set meanwhile.
 */
abstract class Passage {
    /** On its way through the rooms; owned by the walking thread. */
    static final int WALKING = 0;
    /** In a room's queue; owned by nobody. */
    static final int KEPT = 1;
    /** Given to a thread that has not begun; owned by nobody. */
    static final int HANDED = 2;
    /** The agent's thread owns it. */
    static final int RUNNING = 3;
    /** Nobody will do anything with it any more, but tell its caller. */
    static final int OVER = 4;

    /** An end that is reserved: the result is being committed, and is neither canceled nor late any more. */
    private static final Object COMMITTING = new Object();

    private static final VarHandle PHASE = field("phase", int.class);
    private static final VarHandle END = field("end", Object.class);
    private static final VarHandle TOLD = field("told", boolean.class);

    private volatile int phase;
    private volatile @Nullable Object end;
    /** Set after the end by whoever does not own the call. */
    private volatile boolean finished;

    private volatile boolean told;
    private volatile boolean answered;

    /** Leaves the rooms in which a call keeps its place until the agent has returned. Called once. */
    abstract void leaveInner();

    /** Leaves the other rooms and wakes the caller. Called once. */
    abstract void answer();

    /** It is kept in a room no longer. */
    abstract void unkept();

    /** The caller no longer waits for the agent, which may be at work. */
    abstract void abandon();

    // ---- phases

    final boolean claim(int from, int to) {
        return PHASE.compareAndSet(this, from, to);
    }

    final boolean handed() {
        return phase == HANDED;
    }

    /** By the owner: gives the call away. It must not touch it any more but to {@link #settle()}. */
    final void give(int next) {
        phase = next;
    }

    /** By the owner: does nothing more with the call. It leaves all rooms, and its caller is told if nobody has done that. */
    final void stop() {
        phase = OVER;
        leaveInner();
        tell();
    }

    // ---- the end

    /** By the owner: sets the end. */
    final boolean decide(Object replyOrError) {
        return END.compareAndSet(this, null, replyOrError);
    }

    /** By the owner: from now on the call can be neither canceled nor late. */
    final boolean beginCommit() {
        return END.compareAndSet(this, null, COMMITTING);
    }

    /** Whether the result is being committed, or was. */
    final boolean committing() {
        return end == COMMITTING;
    }

    final void endCommit(Object replyOrError) {
        end = replyOrError;
    }

    /** By any thread: ends the call with an error, if it has not ended. */
    boolean finish(CopilotException error) {
        if (!decide(error)) {
            return false;
        }
        finished = true;
        settle();
        return true;
    }

    /** By any thread, once the end is set: does what the present phase allows, and leaves the rest to the phase's owner. */
    final void settle() {
        while (true) {
            int now = phase;
            if (now == WALKING) {
                return;
            } else if (now == RUNNING) {
                abandon();
                tell();
                return;
            } else if (now == OVER) {
                tell();
                return;
            } else if (claim(now, OVER)) {
                if (now == KEPT) {
                    unkept();
                }
                leaveInner();
                tell();
                return;
            }
        }
    }

    private void tell() {
        if (TOLD.compareAndSet(this, false, true)) {
            answer();
        }
    }

    /** By {@link #answer()}: all that others may look at is done. */
    final void answeredNow() {
        answered = true;
    }

    /** Whether it is decided what the caller gets. */
    final boolean decided() {
        return end != null;
    }

    /** Whether somebody who did not own the call has ended it. */
    final boolean finished() {
        return finished;
    }

    /** Whether the caller was told, and all but the agent's own rooms were left. */
    final boolean answered() {
        return answered;
    }

    /** The error it ended with, or null if it has a reply or has not ended. */
    final @Nullable CopilotException error() {
        return end instanceof CopilotException error ? error : null;
    }

    /** The reply it ended with, or null if it has none. */
    final @Nullable AgentReply reply() {
        return end instanceof AgentReply reply ? reply : null;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Passage.class, name, type);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }
}
