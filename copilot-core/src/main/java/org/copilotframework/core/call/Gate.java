package org.copilotframework.core.call;

import java.util.LinkedHashSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A number of permits, and calls that wait for one in order of arrival. The lock is taken only while somebody waits.
 */
final class Gate {
    private final AtomicInteger free;
    private final LinkedHashSet<Call> line = new LinkedHashSet<>();
    private volatile int waiting;

    Gate(int permits) {
        this.free = new AtomicInteger(permits);
    }

    /** What became of a call at the gate. */
    enum Answer {
        IN,
        KEPT,
        FULL
    }

    /** Takes a permit, or waits for one. */
    Answer enter(Call call, AtomicInteger room, int bound) {
        if (waiting == 0 && take()) {
            return Answer.IN;
        }
        synchronized (this) {
            // Seen by whoever returns a permit from now on; so either he sees this call, or the permit is seen here.
            waiting = line.size() + 1;
            if (line.isEmpty() && take()) {
                waiting = 0;
                return Answer.IN;
            }
            if (room.incrementAndGet() > bound) {
                room.decrementAndGet();
                waiting = line.size();
                return Answer.FULL;
            }
            call.kept();
            line.add(call);
            return Answer.KEPT;
        }
    }

    /** Takes a permit if one is free and nobody waits for it. */
    boolean tryEnter() {
        return waiting == 0 && take();
    }

    /** Goes without having got a permit. */
    synchronized void forget(Call call, AtomicInteger room) {
        if (line.remove(call)) {
            room.decrementAndGet();
            waiting = line.size();
        }
    }

    /** Returns a permit; who has waited longest gets it. */
    void giveBack(AtomicInteger room) {
        free.incrementAndGet();
        while (waiting > 0) {
            Call next = nextWithPermit(room);
            if (next == null || next.granted(this)) {
                return;
            }
            free.incrementAndGet();
        }
    }

    /** Permits that are left. */
    int free() {
        return free.get();
    }

    private synchronized @Nullable Call nextWithPermit(AtomicInteger room) {
        if (line.isEmpty() || !take()) {
            return null;
        }
        Call next = line.iterator().next();
        line.remove(next);
        room.decrementAndGet();
        waiting = line.size();
        return next;
    }

    private boolean take() {
        int seen = free.get();
        while (seen > 0) {
            if (free.compareAndSet(seen, seen - 1)) {
                return true;
            }
            seen = free.get();
        }
        return false;
    }
}
