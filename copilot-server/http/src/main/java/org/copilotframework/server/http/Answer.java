package org.copilotframework.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
 */
record Answer(
        int status,
        String type,
        byte[] content,
        Map<String, String> headers,
        @Nullable Streaming stream,
        @Nullable Pieces pieces) {
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

    Answer(int status, String type, byte[] content, Map<String, String> headers, @Nullable Streaming stream) {
        this(status, type, content, headers, stream, null);
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
        return new Answer(status, type, new byte[0], Map.of(), null, pieces);
    }

    Answer status(int other) {
        return new Answer(other, type, content, headers, stream, pieces);
    }

    Answer header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, type, content, more, stream, pieces);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
