package org.copilotframework.core.call;

import java.util.concurrent.ScheduledFuture;
import org.copilotframework.api.spi.invocation.InvocationInterceptor;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.agent.WaitingRoom;
import org.jspecify.annotations.Nullable;

/**
 * What the rooms note on a call on its way. Written by its owner and read by later ones, to whom a change of the phase has given
 * the call; only what others than the owner write is volatile.
 */
abstract class Notes extends Passage {
    /** The room it is in. */
    int entered;

    /** Whether the agent runs on the thread that waits for the reply. */
    boolean ownThread;

    // Of the deadline.

    long deadline;
    /** How long it may take, in nanoseconds: from its beginning, or from when its agent begins. */
    long allowed;

    boolean beginsWithAgent;

    @Nullable
    ScheduledFuture<?> timer;

    // Of observers and interceptors.

    InvocationObserver.@Nullable Observation @Nullable [] observations;
    InvocationInterceptor.@Nullable Completion @Nullable [] completions;

    // Of its stored run.

    boolean accepted;
    /** What it was at work on is another worker's now, or it is not known whose. */
    volatile boolean lost;
    /** It ended through no fault of its agent: its stored run goes on with somebody else. */
    volatile boolean handBack;

    // Of permits, lease and thread.

    boolean permit;
    boolean agentPermit;

    @Nullable
    Gate agentGate;

    @Nullable
    Gate keptAt;

    @Nullable
    WaitingRoom keptIn;

    boolean leased;

    @Nullable
    HostedAgent hosted;

    volatile boolean onVirtualThread;
    volatile @Nullable Pool pool;

    /** Whether its agent was entered. */
    boolean seen;

    final long nanosLeft() {
        return deadline - System.nanoTime();
    }

    final void stopTimer() {
        ScheduledFuture<?> deadlineTimer = timer;
        if (deadlineTimer != null) {
            deadlineTimer.cancel(false);
        }
    }
}
