package org.copilotframework.server.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Cuts off whoever has not taken his answer by the time it was to be taken. Nearly all answers are gone before anybody looks, so they
 * are looked at together now and then: a timer for each costs more than the answer. Safe for use by several threads.
 */
final class SlowTakers {
    private static final long LOOK_MILLIS = 250;

    private final ScheduledExecutorService clock;
    private final Set<Sending> onTheirWay = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean planned = new AtomicBoolean();

    SlowTakers(ScheduledExecutorService clock) {
        this.clock = clock;
    }

    /** From now on its time runs. */
    void watch(Sending sending) {
        onTheirWay.add(sending);
        plan();
    }

    /** It has gone out, or cannot any more. */
    void forget(Sending sending) {
        onTheirWay.remove(sending);
    }

    private void plan() {
        if (!planned.get() && planned.compareAndSet(false, true)) {
            clock.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        long now = System.nanoTime();
        for (Sending sending : onTheirWay) {
            if (sending.isLate(now)) {
                onTheirWay.remove(sending);
                sending.giveUp();
            }
        }
        // In this order: what is added meanwhile plans the next look, or is seen here.
        planned.set(false);
        if (!onTheirWay.isEmpty()) {
            plan();
        }
    }
}
