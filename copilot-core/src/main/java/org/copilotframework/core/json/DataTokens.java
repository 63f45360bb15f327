package org.copilotframework.core.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Walks data and Jackson's tokens, one pass each way and never through text. */
final class DataTokens {
    /** One level more than data may have, so that data itself refuses what is too deep, naming the place. */
    private static final int DEEPEST = Data.MAX_DEPTH + 1;

    private DataTokens() {}

    /** Writes a tree of the types that data holds. */
    static void write(@Nullable Object tree, JsonGenerator to) {
        if (tree instanceof Map<?, ?> map) {
            to.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.writeName((String) entry.getKey());
                write(entry.getValue(), to);
            }
            to.writeEndObject();
        } else if (tree instanceof List<?> list) {
            to.writeStartArray();
            for (Object element : list) {
                write(element, to);
            }
            to.writeEndArray();
        } else {
            writeScalar(tree, to);
        }
    }

    /** Reads the value that the parser stands on, as a tree that {@link Data#of} takes. */
    static @Nullable Object read(JsonParser from) {
        return read(from, 0);
    }

    private static @Nullable Object read(JsonParser from, int depth) {
        if (depth > DEEPEST) {
            throw new Misfit("the value is nested deeper than " + Data.MAX_DEPTH + " levels, or holds a cycle");
        }
        JsonToken token = from.currentToken();
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (String name = from.nextName(); name != null; name = from.nextName()) {
                    from.nextToken();
                    map.put(name, read(from, depth + 1));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (from.nextToken() != JsonToken.END_ARRAY) {
                    list.add(read(from, depth + 1));
                }
                yield list;
            }
            default -> scalar(from);
        };
    }

    /** The text, number or boolean that the parser stands on; null for null. */
    static @Nullable Object scalar(JsonParser from) {
        return switch (from.currentToken()) {
            case VALUE_STRING -> from.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> from.getNumberValue();
            // A float's own digits: 0.1f is written as 0.1, not as the double that comes nearest to it.
            case VALUE_NUMBER_FLOAT ->
                from.getNumberValue() instanceof Float number ? Double.valueOf(number.toString()) : from.getNumberValue();
            default -> throw new Misfit("the value is not one that data can hold");
        };
    }

    private static void writeScalar(@Nullable Object tree, JsonGenerator to) {
        if (tree == null) {
            to.writeNull();
        } else if (tree instanceof String text) {
            to.writeString(text);
        } else if (tree instanceof Boolean truth) {
            to.writeBoolean(truth);
        } else if (tree instanceof Long number) {
            to.writeNumber(number);
        } else if (tree instanceof Double number) {
            to.writeNumber(number);
        } else if (tree instanceof java.math.BigInteger number) {
            to.writeNumber(number);
        } else if (tree instanceof java.math.BigDecimal number) {
            to.writeNumber(number);
        } else {
            throw new IllegalArgumentException("not data: " + tree.getClass().getName());
        }
    }
}
