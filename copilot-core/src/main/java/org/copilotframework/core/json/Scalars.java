package org.copilotframework.core.json;

import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.copilotframework.api.agent.Name;
import org.jspecify.annotations.Nullable;

/** The scalars there are. Nothing is coerced: a text is not a number, and 1.5 is not a whole number. */
final class Scalars {
    private static final String DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}";
    private static final String TIME = "[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?";

    /** A number longer than this is not expanded to its digits. No type with bounds reaches so far. */
    private static final int LONGEST = 10_000;

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
                names::get,
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
        Map<Class<?>, Scalar<?>> all = new LinkedHashMap<>();
        whole(all, Long.class, Long.MIN_VALUE, Long.MAX_VALUE, BigInteger::longValueExact);
        whole(all, Integer.class, Integer.MIN_VALUE, Integer.MAX_VALUE, BigInteger::intValueExact);
        whole(all, Short.class, Short.MIN_VALUE, Short.MAX_VALUE, BigInteger::shortValueExact);
        whole(all, Byte.class, Byte.MIN_VALUE, Byte.MAX_VALUE, BigInteger::byteValueExact);
        add(all, BigInteger.class, "a whole number", Scalars::whole, value -> value, schema("type", "integer"));
        add(all, BigDecimal.class, "a number", Scalars::decimal, value -> value, schema("type", "number"));
        add(all, Double.class, "a number that a double can hold", Scalars::finite, value -> value, schema("type", "number"));
        add(
                all,
                Float.class,
                "a number that a float can hold",
                found -> found instanceof Number number && Float.isFinite(number.floatValue()) ? number.floatValue() : null,
                value -> Double.valueOf(value.toString()),
                schema("type", "number"));
        add(
                all,
                Boolean.class,
                "true or false",
                found -> found instanceof Boolean truth ? truth : null,
                value -> value,
                schema("type", "boolean"));
        text(all, String.class, "a text", text -> text, schema("type", "string"));
        text(
                all,
                Character.class,
                "a text of one character",
                text -> text.length() == 1 ? text.charAt(0) : null,
                schema("type", "string", "minLength", 1L, "maxLength", 1L));
        add(
                all,
                byte[].class,
                "a text in Base64",
                found -> found instanceof String text ? Base64.getDecoder().decode(text) : null,
                value -> Base64.getEncoder().encodeToString(value),
                schema("type", "string", "contentEncoding", "base64"));
        identifiers(all);
        times(all);
        Map.of(
                        long.class, Long.class, int.class, Integer.class, short.class, Short.class, byte.class, Byte.class,
                        double.class, Double.class, float.class, Float.class, boolean.class, Boolean.class, char.class,
                        Character.class)
                .forEach((primitive, boxed) -> all.put(primitive, all.get(boxed)));
        return Map.copyOf(all);
    }

    private static void identifiers(Map<Class<?>, Scalar<?>> all) {
        text(all, URI.class, "a URI", URI::create, format("uri-reference"));
        text(
                all,
                UUID.class,
                "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
                text -> text.length() == 36 ? UUID.fromString(text) : null,
                format("uuid"));
        text(all, Locale.class, "a language tag such as en-GB", text -> new Locale.Builder().setLanguageTag(text).build(),
                Locale::toLanguageTag, schema("type", "string"));
    }

    private static void times(Map<Class<?>, Scalar<?>> all) {
        text(all, Instant.class, "a time such as 2025-01-31T12:00:00Z", Instant::parse, format("date-time"));
        text(all, OffsetDateTime.class, "a time such as 2025-01-31T12:00:00+01:00", OffsetDateTime::parse, format("date-time"));
        text(
                all,
                ZonedDateTime.class,
                "a time such as 2025-01-31T12:00:00+01:00[Europe/Paris]",
                ZonedDateTime::parse,
                pattern(DATE + "T" + TIME + "(Z|[+-][0-9:]+)(\\[.+\\])?$"));
        text(all, LocalDate.class, "a date such as 2025-01-31", LocalDate::parse, format("date"));
        text(
                all,
                LocalDateTime.class,
                "a date and time such as 2025-01-31T12:00:00",
                LocalDateTime::parse,
                pattern(DATE + "T" + TIME + "$"));
        text(all, LocalTime.class, "a time of day such as 12:00:00", LocalTime::parse, pattern("^" + TIME + "$"));
        text(all, OffsetTime.class, "a time of day such as 12:00:00+01:00", OffsetTime::parse, format("time"));
        text(all, Duration.class, "a duration such as PT30S", Duration::parse, format("duration"));
        text(all, Period.class, "a period such as P1M", Period::parse, format("duration"));
        text(all, YearMonth.class, "a month such as 2025-01", YearMonth::parse, pattern("^[0-9]{4}-[0-9]{2}$"));
        text(all, MonthDay.class, "a day of the year such as --01-31", MonthDay::parse, pattern("^--[0-9]{2}-[0-9]{2}$"));
        text(all, ZoneId.class, "a time zone such as Europe/Paris", ZoneId::of, schema("type", "string"));
        text(all, ZoneOffset.class, "an offset such as +01:00", ZoneOffset::of, schema("type", "string"));
        add(
                all,
                Year.class,
                "a year",
                found -> Year.of(whole(found).intValueExact()),
                year -> (long) year.getValue(),
                schema("type", "integer", "minimum", (long) Year.MIN_VALUE, "maximum", (long) Year.MAX_VALUE));
    }

    private static @Nullable Double finite(Object found) {
        return found instanceof Number number && Double.isFinite(number.doubleValue()) ? number.doubleValue() : null;
    }

    private static @Nullable BigDecimal decimal(Object found) {
        if (found instanceof BigDecimal number) {
            return number;
        } else if (found instanceof BigInteger number) {
            return new BigDecimal(number);
        } else if (found instanceof Long number) {
            return BigDecimal.valueOf(number);
        }
        return found instanceof Double number ? BigDecimal.valueOf(number) : null;
    }

    /** JSON knows one kind of number, so 1.0 is whole, as it is for JSON Schema. */
    private static BigInteger whole(Object found) {
        if (found instanceof Long number) {
            return BigInteger.valueOf(number);
        } else if (found instanceof BigInteger number) {
            return number;
        }
        BigDecimal number = decimal(found);
        if (number == null || Math.abs((long) number.scale()) + number.precision() > LONGEST) {
            throw new ArithmeticException("not a whole number");
        }
        return number.toBigIntegerExact();
    }

    private static <T extends Number> void whole(
            Map<Class<?>, Scalar<?>> all, Class<T> type, long least, long most, Function<BigInteger, T> exact) {
        add(
                all,
                type,
                "a whole number from " + least + " to " + most,
                found -> exact.apply(whole(found)),
                Number::longValue,
                schema("type", "integer", "minimum", least, "maximum", most));
    }

    private static <T> void text(
            Map<Class<?>, Scalar<?>> all, Class<T> type, String expected, Function<String, @Nullable T> parse, Map<String, Object> schema) {
        text(all, type, expected, parse, Object::toString, schema);
    }

    private static <T> void text(
            Map<Class<?>, Scalar<?>> all,
            Class<T> type,
            String expected,
            Function<String, @Nullable T> parse,
            Function<T, String> print,
            Map<String, Object> schema) {
        add(all, type, expected, found -> found instanceof String text ? parse.apply(text) : null, print::apply, schema);
    }

    private static <T> void add(
            Map<Class<?>, Scalar<?>> all,
            Class<T> type,
            String expected,
            Function<Object, @Nullable T> read,
            Function<T, Object> write,
            Map<String, Object> schema) {
        all.put(type, new Scalar<>(type, expected, read, write, schema));
    }

    private static Map<String, Object> format(String format) {
        return schema("type", "string", "format", format);
    }

    private static Map<String, Object> pattern(String pattern) {
        return schema("type", "string", "pattern", pattern);
    }

    private static Map<String, Object> schema(Object... keysAndValues) {
        Map<String, Object> schema = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            schema.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return schema;
    }
}
