package org.copilotframework.example.assistant;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;

/** JSON as text. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static String text(Data data) {
        return text(data.value());
    }

    static String text(@Nullable Object tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (JacksonException impossible) {
            throw new IllegalStateException("data is always JSON", impossible);
        }
    }

    static String pretty(Object tree) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
        } catch (JacksonException impossible) {
            throw new IllegalStateException("data is always JSON", impossible);
        }
    }

    /** An object, or empty if the text is none. */
    @SuppressWarnings("unchecked")
    static Optional<Map<String, @Nullable Object>> object(String text) {
        try {
            return Optional.ofNullable(MAPPER.readValue(text.isBlank() ? "{}" : text, Map.class));
        } catch (JacksonException wrong) {
            return Optional.empty();
        }
    }

    /** The text at a place such as {@code /error/message}; empty if there is none, or no JSON at all. */
    static Optional<String> at(String text, String pointer) {
        try {
            JsonNode found = MAPPER.readTree(text).at(pointer);
            return found.isValueNode() && !found.isNull() ? Optional.of(found.asText()) : Optional.empty();
        } catch (JacksonException wrong) {
            return Optional.empty();
        }
    }
}
