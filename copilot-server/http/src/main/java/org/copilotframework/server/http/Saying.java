package org.copilotframework.server.http;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Role;
import org.copilotframework.api.session.SessionPolicy;
import org.copilotframework.core.json.FaceJson;
import org.jspecify.annotations.Nullable;

/** What is said to an agent: a text, data or both in short, or a message of any parts. */
final class Saying {
    /** What an agent is told beside what is said. */
    private static final Set<String> TERMS = Set.of("session", "sessionPolicy", "timeout");

    private static final Set<String> SAID = Set.of("text", "data", "message");

    private Saying() {}

    /** The schema of what {@link #message} reads, with more properties beside it. */
    static Map<String, @Nullable Object> schema(
            Map<String, @Nullable Object> data, Map<String, Map<String, @Nullable Object>> more) {
        Map<String, Map<String, @Nullable Object>> properties = new LinkedHashMap<>();
        properties.put("text", Schema.said(Schema.text(), "What to say, as a text."));
        properties.put(
                "data",
                data.isEmpty() ? Schema.said(data, "What to say, as data, beside or in place of a text.") : data);
        properties.put("message", Schema.reference(Views.MESSAGE));
        properties.putAll(more);
        return Schema.with(
                Schema.object(properties, List.of()),
                "anyOf",
                List.of(
                        Map.of("required", List.of("text")),
                        Map.of("required", List.of("data")),
                        Map.of("required", List.of("message"))));
    }

    /** The schema of what {@link #request} reads. */
    static Map<String, @Nullable Object> requestSchema() {
        return requestSchema(Schema.any());
    }

    /** The same for an agent whose data have a schema. */
    static Map<String, @Nullable Object> requestSchema(Map<String, @Nullable Object> data) {
        Map<String, Map<String, @Nullable Object>> terms = new LinkedHashMap<>();
        terms.put(
                "session",
                Schema.said(Schema.text(), "The session that the call belongs to; without it, it stands alone."));
        terms.put(
                "sessionPolicy",
                Schema.said(
                        Schema.oneOf(SessionPolicy.class),
                        "What happens if the session is at work on an earlier call."));
        terms.put(
                "timeout",
                Schema.said(
                        Schema.with(Schema.text(), "format", "duration"),
                        "How long the call may take, such as PT30S."));
        return schema(data, terms);
    }

    /** Reads a request to an agent, done once if there is a key. */
    static AgentRequest request(String agent, Map<?, ?> body, Optional<String> key) {
        Message said = message(body, TERMS);
        AgentRequest.Builder request = AgentRequest.to(agent).message(said);
        String session = text(body, "session");
        if (session != null) {
            at("/session", () -> request.session(session));
        }
        String policy = text(body, "sessionPolicy");
        if (policy != null) {
            request.sessionPolicy(Exchange.constant(policy, SessionPolicy.class)
                    .orElseThrow(() -> InvalidRequestException.at(
                            "/sessionPolicy", "one of enqueue, reject, interrupt is expected")));
        }
        String timeout = text(body, "timeout");
        if (timeout != null) {
            Duration time = duration(timeout);
            at("/timeout", () -> request.timeout(time));
        }
        key.ifPresent(request::idempotencyKey);
        return request.build();
    }

    /** Reads what is said, where nothing but that and the terms may stand. */
    static Message message(Map<?, ?> body, Set<String> terms) {
        for (Object key : body.keySet()) {
            if (!SAID.contains(key) && !terms.contains(key)) {
                Set<String> known = new TreeSet<>(SAID);
                known.addAll(terms);
                throw InvalidRequestException.at(
                        "/" + key.toString().replace("~", "~0").replace("/", "~1"),
                        "is not known here; known are " + String.join(", ", known));
            }
        }
        boolean brief = body.containsKey("text") || body.containsKey("data");
        if (brief == body.containsKey("message")) {
            throw InvalidRequestException.at(
                    "",
                    "say something: a text, data or both, or a message of any parts"
                            + (brief ? ", but not both forms" : ""));
        } else if (brief) {
            return Message.of(
                    Role.USER,
                    text(body, "text"),
                    body.containsKey("data") ? FaceJson.data(body.get("data"), "/data") : null);
        }
        Message message = FaceJson.message(body.get("message"), "/message");
        if (message.role() != Role.USER) {
            throw InvalidRequestException.at("/message/role", "user is expected, from whoever calls an agent");
        }
        return message;
    }

    private static @Nullable String text(Map<?, ?> of, String key) {
        Object value = of.get(key);
        if (value instanceof String text) {
            return text;
        } else if (of.containsKey(key)) {
            throw InvalidRequestException.at("/" + key, "a text is expected");
        }
        return null;
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException | ArithmeticException other) {
            throw InvalidRequestException.at("/timeout", "a duration such as PT30S is expected");
        }
    }

    private static void at(String pointer, Runnable step) {
        try {
            step.run();
        } catch (InvalidRequestException wrong) {
            throw InvalidRequestException.at(pointer, wrong.getMessage());
        }
    }
}
