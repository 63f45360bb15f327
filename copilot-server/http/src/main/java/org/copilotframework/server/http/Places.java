package org.copilotframework.server.http;

import org.jspecify.annotations.Nullable;

/** The places that a request has at the gate beyond the time for which it has a thread. */
final class Places implements AutoCloseable {
    private final Gate gate;
    private Gate.@Nullable Place answer;
    private Gate.@Nullable Place stream;

    Places(Gate gate) {
        this.gate = gate;
    }

    /** Once, however often it is called. */
    synchronized void takeForAnswer() {
        if (answer == null) {
            answer = gate.answer();
        }
    }

    /**
     * Takes a place for a stream of events.
     *
     * @throws org.copilotframework.api.error.UnavailableException if there is none
     */
    synchronized void takeForStream() {
        stream = gate.stream();
    }

    /** Nothing is streamed after all. */
    synchronized void giveBackStream() {
        if (stream != null) {
            stream.close();
        }
    }

    /** Gives all back, once. */
    @Override
    public synchronized void close() {
        giveBackStream();
        if (answer != null) {
            answer.close();
        }
    }
}
