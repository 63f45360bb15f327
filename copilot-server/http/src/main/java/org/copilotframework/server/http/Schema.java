package org.copilotframework.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** JSON Schemas (2020-12) as trees, as OpenAPI 3.1 has them. */
final class Schema {
    private Schema() {}

    static Map<String, @Nullable Object> text() {
        return type("string");
    }

    static Map<String, @Nullable Object> time() {
        return with(text(), "format", "date-time");
    }

    static Map<String, @Nullable Object> whole() {
        return type("integer");
    }

    static Map<String, @Nullable Object> whole(long least, long most) {
        return with(with(whole(), "minimum", least), "maximum", most);
    }

    static Map<String, @Nullable Object> truth() {
        return type("boolean");
    }

    /** Whatever JSON may hold. */
    static Map<String, @Nullable Object> any() {
        return new LinkedHashMap<>();
    }

    static Map<String, @Nullable Object> list(Map<String, @Nullable Object> elements) {
        return with(type("array"), "items", elements);
    }

    static Map<String, @Nullable Object> oneOf(Class<? extends Enum<?>> constants) {
        return with(
                text(),
                "enum",
                Stream.of(constants.getEnumConstants()).map(Schema::lower).toList());
    }

    static Map<String, @Nullable Object> reference(String name) {
        Map<String, @Nullable Object> schema = new LinkedHashMap<>();
        schema.put("$ref", "#/components/schemas/" + name);
        return schema;
    }

    /** An object that has the required properties, may have the others, and has none beside. */
    static Map<String, @Nullable Object> object(
            Map<String, Map<String, @Nullable Object>> properties, List<String> required) {
        Map<String, @Nullable Object> schema = with(type("object"), "properties", properties);
        return required.isEmpty() ? schema : with(schema, "required", new ArrayList<>(required));
    }

    static Map<String, @Nullable Object> with(
            Map<String, @Nullable Object> schema, String key, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(schema);
        more.put(key, value);
        return more;
    }

    static Map<String, @Nullable Object> said(Map<String, @Nullable Object> schema, String description) {
        return with(schema, "description", description);
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, @Nullable Object> type(String type) {
        Map<String, @Nullable Object> schema = new LinkedHashMap<>();
        schema.put("type", type);
        return schema;
    }
}
