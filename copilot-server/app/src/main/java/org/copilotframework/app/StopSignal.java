package org.copilotframework.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The wish that the process end: Ctrl-C or SIGTERM. A command that waits for it ends in order, and the process then has the
 * command's exit status, not the signal's.
 */
final class StopSignal {
    /** Longer than any drain; after it the process ends whatever the command does. */
    private static final long PATIENCE_MINUTES = 5;

    private static final long LOOK_MILLIS = 50;

    private final Consumer<Thread> atSignal;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean held = true;
    private volatile int status;
    private boolean asked;
    private boolean woken;

    /** A signal for a process: {@code atSignal} takes the thread that runs when the process is told to end. */
    StopSignal(Consumer<Thread> atSignal) {
        this.atSignal = atSignal;
    }

    /** From now on a signal does not end the process before the command has ended. */
    void holdProcess() {
        atSignal.accept(new Thread(this::endInOrder, "copilot-stop"));
    }

    /** Whether a signal leaves it to the command to end; not while it waits for a person, which no signal ends. */
    void hold(boolean holds) {
        held = holds;
    }

    /** Asks the command to end. */
    synchronized void ask() {
        asked = true;
        notifyAll();
    }

    /** Has the command that waits look at something else; if none waits, the next one does. */
    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    /** Waits until the command is asked to end or is woken, or the time has passed. Whether it is asked to end. */
    synchronized boolean await(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; !asked && !woken && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        woken = false;
        return asked;
    }

    /** Says that the command has ended. */
    void ended(int exitStatus) {
        status = exitStatus;
        ended.countDown();
    }

    /** Runs while the JVM shuts down; only halting gives it another status than the signal's. */
    private void endInOrder() {
        ask();
        try {
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
            while (held && System.nanoTime() - end < 0 && !ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                // The command is at work.
            }
        } catch (InterruptedException cutShort) {
            Thread.currentThread().interrupt();
        }
        if (held) {
            Runtime.getRuntime().halt(status);
        }
    }
}
