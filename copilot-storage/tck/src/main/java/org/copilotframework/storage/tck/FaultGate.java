package org.copilotframework.storage.tck;

import java.io.IOException;

/** What a {@link FaultProxy} lets pass at a moment, and what becomes of the next request. Safe for use by several threads. */
final class FaultGate {
    enum Mode {
        FORWARD,
        STALL,
        REFUSE,
        RESET_BEFORE,
        LOSE_RESPONSE,
        STALL_BEFORE,
        STALL_AFTER;

        /** Whether it is for one request, and forwards those before it. */
        boolean waitsForARequest() {
            return ordinal() >= RESET_BEFORE.ordinal();
        }

        /** What the others see once that request has come. */
        Mode then() {
            return this == STALL_BEFORE || this == STALL_AFTER ? STALL : FORWARD;
        }
    }

    private Mode mode = Mode.FORWARD;
    private int requestsLeft;
    private boolean tripped;
    private boolean closed;

    /** Sets the mode; {@code request} is 1 for the next one, where it waits for one. */
    synchronized void set(Mode to, int request) {
        mode = to;
        requestsLeft = request;
        tripped = false;
        notifyAll();
    }

    /** Holds nobody back any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean refuses() {
        return mode == Mode.REFUSE;
    }

    synchronized boolean tripped() {
        return tripped;
    }

    /** Waits while nothing may pass. */
    synchronized void pass() throws IOException {
        while (mode == Mode.STALL && !closed) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                throw new IOException("the proxy was interrupted", interrupted);
            }
        }
    }

    /** What happens to a new request. */
    synchronized Mode fate() {
        if (mode.waitsForARequest() && --requestsLeft == 0) {
            Mode fate = mode;
            mode = fate.then();
            tripped = true;
            return fate;
        }
        return Mode.FORWARD;
    }
}
