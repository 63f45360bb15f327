package org.copilotframework.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.copilotframework.core.json.FaceJson;
import org.jspecify.annotations.Nullable;

/** Writes server-sent events (WHATWG HTML, 9.2). Each is on its way when the method returns. */
final class EventWriter {
    static final String TYPE = "text/event-stream";

    private final OutputStream out;

    EventWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Sends an event.
     *
     * @param id from where to go on, or null if nothing is known to go on from
     * @throws IOException if the client has left
     */
    void send(@Nullable String id, String event, Map<String, ? extends @Nullable Object> data) throws IOException {
        StringBuilder head = new StringBuilder();
        if (id != null) {
            head.append("id: ").append(id).append('\n');
        }
        head.append("event: ").append(event).append("\ndata: ");
        out.write(head.toString().getBytes(StandardCharsets.UTF_8));
        out.write(FaceJson.write(data)); // Holds no line break.
        out.write("\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Shows those on the way, and us, that somebody is there. */
    void keepAlive() throws IOException {
        out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
