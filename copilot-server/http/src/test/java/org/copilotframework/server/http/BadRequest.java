package org.copilotframework.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A request of a described operation, in which one thing or several are wrong. All of it is bytes in Latin-1. */
final class BadRequest {
    /** Under which name archives of plugins are known. */
    static final String ARCHIVE = "archive";

    /** What a frame of HTTP/2 may have. */
    private static final int FRAME = 1 << 14;

    private final BadInput input;
    private final DescribedOperation operation;
    private final @Nullable Object sample;
    private final boolean archive;
    private final List<String> headers = new ArrayList<>();
    private String method;
    private String target;
    private String version = "HTTP/1.1";
    private String host = "Host: localhost";
    private String length = "";
    private String credentials;
    private String body;
    private boolean cut;

    /**
     * Begins with one that fits.
     *
     * @param known what may stand in a path, by its name there
     * @param credentials the header that lets in
     */
    private BadRequest(
            DescribedOperation operation, Map<String, List<String>> known, String credentials, BadInput input) {
        this.input = input;
        this.operation = operation;
        this.credentials = credentials;
        method = operation.method();
        target = operation.path();
        for (DescribedOperation.Parameter one : operation.parameters("path")) {
            String place = input.any(known.getOrDefault(one.name(), List.of("nothing")));
            target = target.replace("{" + one.name() + "}", place);
        }
        sample = operation.sample(input.choice());
        body = sample == null ? "" : DescribedOperation.written(sample);
        archive = operation.id().equals("installPlugin") && known.containsKey(ARCHIVE);
        if (archive) {
            body = input.any(known.get(ARCHIVE));
        }
        if (!operation.types().isEmpty()) {
            headers.add("Content-Type: " + operation.types().get(0));
        }
    }

    /** The next one; a third of them fit. */
    static BadRequest of(
            DescribedOperation operation, Map<String, List<String>> known, String credentials, BadInput input) {
        BadRequest request = new BadRequest(operation, known, credentials, input);
        int faults = input.once(3) ? 0 : 1 + (input.once(4) ? 1 : 0) + (input.once(8) ? 1 : 0);
        for (int i = 0; i < faults; i++) {
            request.spoil();
        }
        return request;
    }

    private void spoil() {
        List<Runnable> ways = new ArrayList<>(List.of(
                this::path, this::query, this::query, this::header, this::header, this::credentials, this::rarely));
        if (!operation.types().isEmpty()) {
            ways.addAll(List.of(this::body, this::body, this::value, this::value, this::value, this::value));
        }
        input.any(ways).run();
    }

    private void path() {
        List<DescribedOperation.Parameter> places = operation.parameters("path");
        String bad = input.place();
        if (places.isEmpty() || input.once(4)) {
            target = input.once(2) ? target + "/" + bad : target.replaceFirst("/v1", "/v1/" + quoted(bad));
        } else {
            target = operation
                    .path()
                    .replaceFirst("\\{" + input.any(places).name() + "}", quoted(bad))
                    .replaceAll("\\{[^}]*}", "nothing");
        }
    }

    private static String quoted(String text) {
        return java.util.regex.Matcher.quoteReplacement(text);
    }

    private void query() {
        List<DescribedOperation.Parameter> known = operation.parameters("query");
        String name = known.isEmpty() || input.once(3)
                ? input.place()
                : input.any(known).name();
        String one = name + "=" + input.place();
        target += (target.contains("?") ? "&" : "?") + (input.once(5) ? one + "&" + one : one);
    }

    private void header() {
        String bad = input.header();
        if (bad.startsWith("Content-Type")) {
            headers.clear();
        }
        headers.add(bad);
    }

    private void credentials() {
        credentials = input.credentials();
    }

    private void body() {
        body = input.body();
    }

    private void value() {
        if (archive) {
            body = input.changed(body);
        } else if (sample != null) {
            body = input.json(sample);
        }
    }

    /** What is wrong in the first line, or in what tells where the request ends. */
    private void rarely() {
        List<Runnable> ways = List.of(
                () -> method = input.method(),
                () -> method = input.method(),
                () -> version = input.version(),
                () -> host = input.host(),
                () -> length = input.length(),
                () -> length = input.length(),
                () -> cut = true);
        input.any(ways).run();
    }

    /** Whether it ends before it says so: then there need be no answer. */
    boolean mayBeUnanswered() {
        return cut;
    }

    /** Whether the server is told that nothing more comes, for which it would wait. */
    boolean saysItsEnd() {
        return cut || !length.isEmpty();
    }

    /** The same as frames of HTTP/2; what only HTTP/1.1 has in a first line, or for where a request ends, is not in them. */
    byte[] frames() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", method);
        literal(block, ":scheme", "http");
        literal(block, ":path", target);
        Stream.of(host.split("\r\n")).forEach(line -> literal(block, ":authority", line.replaceFirst("^Host: ?", "")));
        Stream.concat(Stream.of(credentials, length), headers.stream())
                .flatMap(lines -> Stream.of(lines.split("\r\n")))
                .filter(line -> !line.isEmpty())
                .forEach(line -> {
                    int colon = line.indexOf(':', 1);
                    String name = colon < 0 ? line : line.substring(0, colon);
                    literal(
                            block,
                            name.toLowerCase(Locale.ROOT),
                            colon < 0 ? "" : line.substring(colon + 1).stripLeading());
                });
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(Frames.PREFACE);
        frames.writeBytes(Frames.window(1 << 20));
        frames.writeBytes(Frames.more(0, 1 << 20));
        byte[] all = block.toByteArray();
        byte[] sent = body.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < all.length; at += FRAME) {
            int end = Math.min(all.length, at + FRAME);
            int flags = (end == all.length ? 4 : 0) + (at == 0 && sent.length == 0 ? 1 : 0);
            frames.writeBytes(Frames.frame(at == 0 ? 1 : 9, flags, 1, Arrays.copyOfRange(all, at, end)));
        }
        for (int at = 0; at < sent.length; at += FRAME) {
            int end = Math.min(sent.length, at + FRAME);
            frames.writeBytes(Frames.frame(0, end == sent.length ? 1 : 0, 1, Arrays.copyOfRange(sent, at, end)));
        }
        byte[] whole = frames.toByteArray();
        return cut ? Arrays.copyOf(whole, Frames.PREFACE.length + input.choice()) : whole;
    }

    /** A field without an index (RFC 7541, 6.2.2). */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int left = bytes.length;
        if (left < 127) {
            block.write(left);
        } else {
            block.write(127);
            for (left -= 127; left >= 128; left /= 128) {
                block.write(left % 128 + 128);
            }
            block.write(left);
        }
        block.writeBytes(bytes);
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(method + " " + target + " " + version + "\r\n");
        if (!host.isEmpty()) {
            text.append(host).append("\r\n");
        }
        text.append("Connection: close\r\n");
        if (!credentials.isEmpty()) {
            text.append(credentials).append("\r\n");
        }
        headers.forEach(header -> text.append(header).append("\r\n"));
        if (!length.isEmpty()) {
            text.append(length).append("\r\n");
        } else if (!body.isEmpty()) {
            text.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        text.append("\r\n").append(body);
        return (cut ? input.cut(text.toString()) : text.toString()).getBytes(StandardCharsets.ISO_8859_1);
    }
}
