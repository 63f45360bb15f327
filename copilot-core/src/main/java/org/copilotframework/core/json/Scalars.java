package org.copilotframework.core.json;

import static org.copilotframework.core.json.ScalarTable.format;
import static org.copilotframework.core.json.ScalarTable.schema;

import java.lang.reflect.Field;
import java.net.URI;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.copilotframework.api.agent.Name;
import org.jspecify.annotations.Nullable;

/** The scalars there are. Nothing is coerced: a text is not a number, and 1.5 is not a whole number. */
final class Scalars {
    /** JDK types only, so this pins no plugin. */
    private static final Map<Class<?>, Scalar<?>> KNOWN = known();

    private Scalars() {}

    /** The scalar of a type that has one; enums are made anew each time, for the caller to keep. */
    static @Nullable Scalar<?> of(Class<?> type) {
        return type.isEnum() ? ofEnum(type) : KNOWN.get(type);
    }

    /** Whether a map's keys may be of this type: whatever is a text in data. */
    static boolean isText(Scalar<?> scalar) {
        return "string".equals(scalar.schema().get("type"));
    }

    private static <T> Scalar<T> ofEnum(Class<T> type) {
        Map<String, T> values = new LinkedHashMap<>();
        Map<T, String> names = new LinkedHashMap<>();
        for (T constant : type.getEnumConstants()) {
            String name = nameOf((Enum<?>) constant);
            names.put(constant, name);
            if (values.put(name, constant) != null) {
                throw new Misfit(type.getSimpleName() + " has two values named '" + name + "'; change one @Name");
            }
        }
        List<String> all = List.copyOf(values.keySet());
        return new Scalar<>(
                type,
                "one of " + String.join(", ", all),
                found -> values.get(found),
                constant -> Objects.requireNonNull(names.get(constant)),
                schema("type", "string", "enum", all));
    }

    static String nameOf(Enum<?> constant) {
        try {
            Field field = constant.getDeclaringClass().getField(constant.name());
            Name name = field.getAnnotation(Name.class);
            return name == null ? constant.name() : name.value();
        } catch (NoSuchFieldException gone) {
            throw new IllegalStateException("an enum constant without a field: " + constant, gone);
        }
    }

    private static Map<Class<?>, Scalar<?>> known() {
        ScalarTable table = new ScalarTable();
        NumberScalars.list(table);
        table.add(
                Boolean.class,
                "true or false",
                found -> found instanceof Boolean truth ? truth : null,
                value -> value,
                schema("type", "boolean"));
        table.text(String.class, "a text", text -> text, schema("type", "string"));
        table.text(
                Character.class,
                "a text of one character",
                text -> text.length() == 1 ? text.charAt(0) : null,
                schema("type", "string", "minLength", 1L, "maxLength", 1L));
        table.add(
                byte[].class,
                "a text in Base64",
                found -> found instanceof String text ? Base64.getDecoder().decode(text) : null,
                value -> Base64.getEncoder().encodeToString(value),
                schema("type", "string", "contentEncoding", "base64"));
        identifiers(table);
        TimeScalars.list(table);
        Map.of(
                        long.class,
                        Long.class,
                        int.class,
                        Integer.class,
                        short.class,
                        Short.class,
                        byte.class,
                        Byte.class,
                        double.class,
                        Double.class,
                        float.class,
                        Float.class,
                        boolean.class,
                        Boolean.class,
                        char.class,
                        Character.class)
                .forEach(table::same);
        return table.listed();
    }

    private static void identifiers(ScalarTable table) {
        table.text(URI.class, "a URI", URI::create, format("uri-reference"));
        table.text(
                UUID.class,
                "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
                text -> text.length() == 36 ? UUID.fromString(text) : null,
                format("uuid"));
        table.text(
                Locale.class,
                "a language tag such as en-GB",
                text -> new Locale.Builder().setLanguageTag(text).build(),
                Locale::toLanguageTag,
                schema("type", "string"));
    }
}
