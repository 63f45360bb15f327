package org.copilotframework.server.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * What a server answers to bytes that no client of HTTP would send.
 *
 * @param headers as they came, one a line
 * @param body as text, unpacked; of a stream of events its beginning only
 */
record RawAnswer(int status, List<String> headers, String body) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Sends them on a connection of their own, and reads until it is closed.
     *
     * @param last whether nothing more is sent, which the server is told
     * @return empty if the connection ended without an answer
     * @throws java.net.SocketTimeoutException if there is none in time
     */
    static Optional<RawAnswer> to(int port, byte[] request, boolean last) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            try {
                socket.getOutputStream().write(request);
                if (last) {
                    socket.shutdownOutput();
                }
            } catch (SocketException refusedEarly) {
                // What was answered before all was sent is there all the same.
            }
            return read(socket.getInputStream());
        }
    }

    private static Optional<RawAnswer> read(InputStream in) throws IOException {
        List<String> head = head(in);
        while (!head.isEmpty() && head.get(0).startsWith("HTTP/1.1 1")) {
            head = head(in);
        }
        if (head.isEmpty() || !head.get(0).matches("HTTP/1\\.[01] [0-9]{3}.*")) {
            return Optional.empty();
        }
        List<String> headers = head.subList(1, head.size());
        boolean stream = headers.stream().anyMatch(line -> line.matches("(?i)content-type: *text/event-stream.*"));
        byte[] body = stream ? in.readNBytes(10) : rest(in);
        if (headers.stream().anyMatch(line -> line.matches("(?i)content-encoding: *gzip"))) {
            body = body.length == 0 ? body : new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
        }
        int status = Integer.parseInt(head.get(0).substring(9, 12));
        return Optional.of(new RawAnswer(status, headers, new String(body, StandardCharsets.UTF_8)));
    }

    /** Lines up to an empty one; none if the connection ends before. */
    private static List<String> head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 2) {
            int next = next(in);
            if (next < 0) {
                return List.of();
            } else if (next == '\n') {
                ends++;
            } else if (next != '\r') {
                ends = 0;
            }
            head.write(next);
        }
        return Stream.of(head.toString(StandardCharsets.ISO_8859_1).split("\r\n"))
                .toList();
    }

    private static int next(InputStream in) throws IOException {
        try {
            return in.read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    private static byte[] rest(InputStream in) throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        for (int next = next(in); next >= 0; next = next(in)) {
            rest.write(next);
        }
        return rest.toByteArray();
    }

    /** The first header of a name; empty if there is none. */
    String header(String name) {
        return headers.stream()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }
}
