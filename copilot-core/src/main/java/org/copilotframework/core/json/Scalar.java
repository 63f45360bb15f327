package org.copilotframework.core.json;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/**
 * A type that is one text, number or boolean in data. Its reading, its writing and its schema stand together, so that they say
 * the same.
 *
 * @param expected what a message says is expected, such as "a whole number"
 * @param read makes the value of a text, number or boolean; null or an exception if that does not fit
 * @param write makes a text, number or boolean of the value
 * @param schema the JSON Schema
 */
record Scalar<T>(
        Class<T> type,
        String expected,
        Function<Object, @Nullable T> read,
        Function<T, Object> write,
        Map<String, Object> schema) {

    T parse(@Nullable Object found) {
        T value = null;
        if (found != null) {
            try {
                value = read.apply(found);
            } catch (RuntimeException wrong) {
                // The JDK's parsers differ in what they throw and say; what is expected is said below in our words.
                throw Misfit.expected(expected, found);
            }
        }
        if (value == null) {
            throw Misfit.expected(expected, found);
        }
        return value;
    }

    ValueDeserializer<T> reader() {
        return new ValueDeserializer<>() {
            @Override
            public T deserialize(JsonParser from, DeserializationContext context) {
                return switch (from.currentToken()) {
                    case START_OBJECT -> parse(Map.of());
                    case START_ARRAY -> parse(java.util.List.of());
                    default -> parse(DataTokens.scalar(from));
                };
            }

            @Override
            public T getNullValue(DeserializationContext context) {
                return parse(null);
            }
        };
    }

    ValueSerializer<T> writer() {
        return new ValueSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator to, SerializationContext context) {
                DataTokens.write(write.apply(value), to);
            }
        };
    }
}
