package org.copilotframework.core.run;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * How a process reaches a run that it shows: always while a call of its own is at work on it or it counts as ended; else as long
 * as somebody holds the run, reads its events, or has asked for its reply, for a reply that nobody brings would never come.
 */
final class Reach {
    private final WeakReference<RunHandle> run;
    private volatile @Nullable RunHandle held;
    private volatile @Nullable RunHandle awaited;
    private boolean counted;

    Reach(RunHandle run) {
        this.run = new WeakReference<>(run);
    }

    /** The run, or null if nobody needs it any more. */
    @Nullable
    RunHandle run() {
        return run.get();
    }

    /** It is at work here, or has ended. */
    void hold(RunHandle of) {
        held = of;
    }

    /** It is at work elsewhere, or nowhere. */
    void letGo() {
        held = null;
    }

    boolean elsewhere() {
        return held == null;
    }

    /** Somebody waits for its reply, and may hold nothing but what is to happen then. */
    void awaited(RunHandle of) {
        awaited = of;
    }

    /** Whether it was not yet counted among those that have ended; from now on it is. */
    synchronized boolean count() {
        boolean first = !counted;
        counted = true;
        return first;
    }
}
