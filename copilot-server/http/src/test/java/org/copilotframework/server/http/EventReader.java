package org.copilotframework.server.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.message.Data;
import org.copilotframework.core.json.JsonText;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events as a browser does. */
final class EventReader implements AutoCloseable {
    final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    EventReader(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** An event, or a comment: then its kind is empty. */
    record Sent(String id, String event, String data) {
        Data json() {
            return JsonText.parse(data);
        }

        Object at(String pointer) {
            return json().at(pointer).map(Data::value).orElse(null);
        }
    }

    /** The next event or comment; null at the end. */
    @Nullable
    Sent next() throws IOException {
        String id = "";
        String event = "";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                return new Sent(id, event, data.toString());
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data.append(line.substring(6));
            }
        }
        return null;
    }

    /** Reads on to an event of a kind. */
    Sent next(String event) throws IOException {
        for (Sent sent = next(); sent != null; sent = next()) {
            if (sent.event().equals(event)) {
                return sent;
            }
        }
        throw new AssertionError("the stream ended before an event " + event);
    }

    /** All that is left, without comments. */
    List<Sent> rest() throws IOException {
        List<Sent> all = new ArrayList<>();
        for (Sent sent = next(); sent != null; sent = next()) {
            if (!sent.event().isEmpty()) {
                all.add(sent);
            }
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
