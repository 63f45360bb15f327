package org.copilotframework.core.json;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Scalars by their types, while they are listed. */
final class ScalarTable {
    private final Map<Class<?>, Scalar<?>> all = new LinkedHashMap<>();

    /** A scalar that is read from whatever stands there. */
    <T> void add(
            Class<T> type,
            String expected,
            Function<Object, @Nullable T> read,
            Function<T, Object> write,
            Map<String, Object> schema) {
        all.put(type, new Scalar<>(type, expected, read, write, schema));
    }

    /** A scalar that is a text, and is written as its own. */
    <T> void text(Class<T> type, String expected, Function<String, @Nullable T> parse, Map<String, Object> schema) {
        text(type, expected, parse, Object::toString, schema);
    }

    /** A scalar that is a text. */
    <T> void text(
            Class<T> type,
            String expected,
            Function<String, @Nullable T> parse,
            Function<T, String> print,
            Map<String, Object> schema) {
        add(type, expected, found -> found instanceof String text ? parse.apply(text) : null, print::apply, schema);
    }

    /** A primitive is what its box is. */
    void same(Class<?> primitive, Class<?> boxed) {
        all.put(primitive, all.get(boxed));
    }

    Map<Class<?>, Scalar<?>> listed() {
        return Map.copyOf(all);
    }

    static Map<String, Object> format(String format) {
        return schema("type", "string", "format", format);
    }

    static Map<String, Object> pattern(String pattern) {
        return schema("type", "string", "pattern", pattern);
    }

    static Map<String, Object> schema(Object... keysAndValues) {
        Map<String, Object> schema = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            schema.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return schema;
    }
}
