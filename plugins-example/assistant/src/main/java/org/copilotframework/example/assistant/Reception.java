package org.copilotframework.example.assistant;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Brings what comes on the connection's thread over to the agent's own, where alone it meets the activation. */
final class Reception implements StreamingChatResponseHandler {
    /** What came. */
    sealed interface Arrival {
        /** A piece of the answer's text. */
        record Piece(String text) implements Arrival {}

        /** The answer is whole. */
        record Whole(ChatResponse response) implements Arrival {}

        /** There will be no answer. */
        record Broken(Throwable thrown) implements Arrival {}
    }

    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    /** What came next, or null if nothing came in time. */
    @Nullable
    Arrival next(Duration wait) throws InterruptedException {
        return arrivals.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void onPartialResponse(String piece) {
        arrivals.add(new Arrival.Piece(piece));
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        arrivals.add(new Arrival.Whole(response));
    }

    @Override
    public void onError(Throwable thrown) {
        arrivals.add(new Arrival.Broken(thrown));
    }
}
