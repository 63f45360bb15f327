package org.copilotframework.server.http;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * The header by which a call is done once, however often it is sent. The draft of the IETF has a text in quotes there; most clients
 * send it without.
 */
final class IdempotencyKey {
    static final String HEADER = "Idempotency-Key";

    /** No key is as long, in quotes and with each of its characters escaped; the pattern takes stack for each character. */
    private static final int LONGEST = 1_024;

    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\[\"\\\\])*\"");

    private IdempotencyKey() {}

    /**
     * The key that came with a call.
     *
     * @throws InvalidRequestException if it is there more than once, or has another form
     */
    static Optional<String> of(Exchange exchange) {
        List<String> sent = Collections.list(exchange.request().getHeaders(HEADER));
        if (sent.isEmpty()) {
            return Optional.empty();
        } else if (sent.size() > 1) {
            throw new InvalidRequestException("header " + HEADER + ": is there more than once");
        }
        try {
            return Optional.of(
                    AgentRequest.checkIdempotencyKey(unquoted(sent.get(0).strip())));
        } catch (InvalidRequestException wrong) {
            throw wrong.withMessage("header " + HEADER + ": " + wrong.getMessage());
        }
    }

    private static String unquoted(String value) {
        return value.length() <= LONGEST && QUOTED.matcher(value).matches()
                ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
                : value;
    }

    /** Refuses a key where none is looked at: its sender would believe that what he repeats is done once. */
    static void refuseWhereUnknown(Route route, Exchange exchange) {
        if (route.method().equals("POST")
                && !route.callsAgent()
                && exchange.header(HEADER).isPresent()) {
            throw new InvalidRequestException(
                    "header " + HEADER + ": is not known here; calls of agents and inputs to runs take one");
        }
    }

    static Map<String, @Nullable Object> schema() {
        return Schema.said(
                Schema.with(Schema.text(), "maxLength", 255L),
                "Has this done once, however often it is sent: the same key with the same content gets the same run.");
    }
}
