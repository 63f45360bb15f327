package org.copilotframework.server.http;

import org.jspecify.annotations.Nullable;

/** The places that a request has at the gate: until its answer is made, and beyond that. */
final class Places implements AutoCloseable {
    private final Gate gate;
    private Gate.@Nullable Place call;
    private Gate.@Nullable Place answer;
    private Gate.@Nullable Place stream;

    Places(Gate gate) {
        this.gate = gate;
    }

    /**
     * Takes a place for the request and one for its answer.
     *
     * @throws org.copilotframework.api.error.UnavailableException if there is none
     */
    synchronized void takeForCall() {
        call = gate.call();
        takeForAnswer();
    }

    /** Its answer is made, or on its way by itself. */
    synchronized void giveBackCall() {
        if (call != null) {
            call.close();
        }
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
        giveBackCall();
        giveBackStream();
        if (answer != null) {
            answer.close();
        }
    }
}
