package org.copilotframework.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.core.json.FaceJson;
import org.jspecify.annotations.Nullable;

/**
 * What a route answers.
 *
 * @param status the status of HTTP
 * @param type the content's type; empty if there is no content
 * @param content the content; empty if it is streamed
 * @param headers what else is told
 * @param stream what writes the content bit by bit, or null
 * @param pieces the content, if it is not in memory as a whole, or null
 * @param later what the answer is made of once it is there, and then nothing else counts; or null
 */
record Answer(
        int status,
        String type,
        byte[] content,
        Map<String, String> headers,
        @Nullable Streaming stream,
        @Nullable Pieces pieces,
        @Nullable Later later) {
    static final String JSON = "application/json";

    /** Writes content for as long as there is any. */
    @FunctionalInterface
    interface Streaming {
        void to(EventWriter out) throws java.io.IOException;

        /** Whether what is written waits for somebody and not for its own work: it is not waited for when the server stops. */
        default boolean parked() {
            return false;
        }
    }

    /** Content that is read in pieces while it is sent. Not safe for use by several threads at once. */
    interface Pieces extends AutoCloseable {
        /** How many bytes it has in all. */
        long length();

        /** The next bytes; none at the end. */
        byte[] next() throws java.io.IOException;

        /** All has gone out, or cannot any more. */
        @Override
        void close();
    }

    /**
     * An answer that is made once an agent has replied.
     *
     * @param reply its reply, or why there is none
     * @param view makes the answer of it; waits for nothing
     */
    record Later(CompletionStage<AgentReply> reply, Function<AgentReply, Answer> view) {
        boolean isThere() {
            return reply.toCompletableFuture().isDone();
        }

        /**
         * The answer. Called once the reply is there.
         *
         * @throws Exception why there is none
         */
        Answer made() throws Exception {
            try {
                return view.apply(reply.toCompletableFuture().join());
            } catch (CompletionException none) {
                throw none.getCause() instanceof Exception why ? why : none;
            }
        }
    }

    Answer(int status, String type, byte[] content, Map<String, String> headers, @Nullable Streaming stream) {
        this(status, type, content, headers, stream, null, null);
    }

    static <T> Answer of(View<T> view, T thing) {
        return json(200, view.of(thing));
    }

    static Answer json(int status, Map<String, ? extends @Nullable Object> object) {
        return new Answer(status, JSON, FaceJson.write(object), Map.of(), null);
    }

    static Answer bytes(int status, String type, byte[] content) {
        return new Answer(status, type, content, Map.of(), null);
    }

    static Answer nothing() {
        return new Answer(204, "", new byte[0], Map.of(), null);
    }

    static Answer events(Streaming stream) {
        return new Answer(200, EventWriter.TYPE, new byte[0], Map.of(), stream);
    }

    static Answer pieces(int status, String type, Pieces pieces) {
        return new Answer(status, type, new byte[0], Map.of(), null, pieces, null);
    }

    static Answer later(CompletionStage<AgentReply> reply, Function<AgentReply, Answer> view) {
        return new Answer(200, "", new byte[0], Map.of(), null, null, new Later(reply, view));
    }

    Answer status(int other) {
        return new Answer(other, type, content, headers, stream, pieces, later);
    }

    Answer header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, type, content, more, stream, pieces, later);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
