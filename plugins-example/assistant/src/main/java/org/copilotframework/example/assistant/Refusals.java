package org.copilotframework.example.assistant;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;
import org.copilotframework.example.assistant.EndpointFault.Kind;
import org.jspecify.annotations.Nullable;

/** Reads what an endpoint says when it gives no answer, and never repeats the key. */
final class Refusals {
    private static final int MOST_BYTES = 64 << 10;
    private static final int MOST_WORDS = 500;
    private static final int SHORTEST_SECRET = 4;

    private final AssistantSettings settings;
    private final String prefix;

    Refusals(AssistantSettings settings, String prefix) {
        this.settings = settings;
        this.prefix = prefix;
    }

    /** Lets a stream of events pass. */
    void check(HttpResponse<InputStream> response, InputStream body) {
        int status = response.statusCode();
        String type = response.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (status == 200 && !type.startsWith("text/html") && !type.startsWith("application/json")) {
            return;
        }
        String said;
        try (InputStream closing = body) {
            said = new String(closing.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            said = "";
        }
        // A page for a person says nothing in its first words.
        String words = type.startsWith("text/html") ? "" : words(said);
        if (status == 200) {
            throw new EndpointFault(
                    Kind.GARBAGE,
                    "answered with " + type + " and not with a stream of events; check " + prefix + "base-url" + words);
        }
        throw fault(status, words, retryAfter(response));
    }

    /** An error among the events, or null if the event is none. */
    @Nullable
    EndpointFault among(String event) {
        if (!event.contains("\"error\"") || Json.at(event, "/error/message").isEmpty()) {
            return null;
        }
        String code = Json.at(event, "/error/code").orElse("");
        return fault(code.matches("[45][0-9]{2}") ? Integer.parseInt(code) : 500, words(event), null);
    }

    private EndpointFault fault(int status, String words, @Nullable Duration retryAfter) {
        return switch (status) {
            case 401, 403 ->
                new EndpointFault(
                        Kind.REFUSED,
                        "refused the key (" + status + "); set " + prefix + "api-key to one that it takes"
                                + (settings.apiKey().isEmpty() ? " (none is set)" : "") + words);
            case 404 ->
                new EndpointFault(
                        Kind.REFUSED,
                        "knows no such address or model (404); check " + prefix + "base-url and " + prefix + "model"
                                + words);
            case 408, 409, 425, 429 -> new EndpointFault(Kind.PASSING, "is busy (" + status + ")" + words, retryAfter);
            default ->
                status >= 500
                        ? new EndpointFault(Kind.PASSING, "failed (" + status + ")" + words, retryAfter)
                        : new EndpointFault(
                                Kind.REFUSED,
                                "did not take the request (" + status + ")"
                                        + (status < 400 ? "; check " + prefix + "base-url" : "") + words);
        };
    }

    /** What it says of itself, to be put behind our words. */
    private String words(String said) {
        String words = Json.at(said, "/error/message")
                .or(() -> Json.at(said, "/message"))
                .or(() -> Json.at(said, "/error"))
                .orElse(said);
        String shown = withoutKey(words).replaceAll("\\p{Cntrl}+", " ").strip();
        return shown.isEmpty()
                ? ""
                : ": " + (shown.length() > MOST_WORDS ? shown.substring(0, MOST_WORDS) + "..." : shown);
    }

    private String withoutKey(String words) {
        String shown = words;
        // It may have been changed since the endpoint was asked.
        for (String key : settings.apiKey().stream()
                .flatMap(secret -> Stream.concat(Stream.of(secret.value()), secret.previous().stream()))
                .map(String::strip)
                .toList()) {
            shown = key.length() < SHORTEST_SECRET ? shown : shown.replace(key, "***");
        }
        return shown;
    }

    private static @Nullable Duration retryAfter(HttpResponse<?> response) {
        String value = response.headers().firstValue("Retry-After").orElse("").strip();
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Instant moment = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(Instant.now(), moment);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException neither) {
            return null;
        }
    }
}
