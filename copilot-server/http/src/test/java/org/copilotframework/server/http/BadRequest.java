package org.copilotframework.server.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request of a described operation, in which one thing or several are wrong. All of it is bytes in Latin-1. */
final class BadRequest {
    private final BadInput input;
    private final DescribedOperation operation;
    private final @Nullable Object sample;
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
        if (!operation.types().isEmpty()) {
            headers.add("Content-Type: " + operation.types().get(0));
        }
    }

    /** The next one. */
    static BadRequest of(
            DescribedOperation operation, Map<String, List<String>> known, String credentials, BadInput input) {
        BadRequest request = new BadRequest(operation, known, credentials, input);
        int faults = 1 + (input.once(4) ? 1 : 0) + (input.once(8) ? 1 : 0);
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
        if (sample != null) {
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
