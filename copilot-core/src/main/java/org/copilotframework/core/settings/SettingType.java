package org.copilotframework.core.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.agent.Name;
import org.copilotframework.api.plugin.Secret;
import org.jspecify.annotations.Nullable;

/**
 * How a setting of one type is written. Made anew for each use, since it may hold an enum of a plugin.
 *
 * @param type the type of the value
 * @param expected what a message says is expected
 * @param words the constants of an enum, by the words that stand for them
 * @param base where relative paths begin
 */
record SettingType(Class<?> type, String expected, Map<String, Object> words, Path base) {
    private static final Duration LONGEST = Duration.ofDays(36_525);
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12}) ?(ms|s|m|h|d)");

    /** The type of a setting's value: the type itself, or what an Optional or a List of it holds. Null if it cannot be a setting. */
    static @Nullable SettingType of(Class<?> type, Path base) {
        Map<String, Object> words = type.isEnum() ? words(type) : Map.of();
        String expected = type.isEnum() ? "one of " + String.join(", ", words.keySet()) : expected(type);
        return expected == null ? null : new SettingType(type, expected, words, base);
    }

    private static @Nullable String expected(Class<?> type) {
        if (type == String.class) {
            return "a text";
        } else if (type == Secret.class) {
            return "a secret such as ${secret:name}";
        } else if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        } else if (type == double.class || type == Double.class || type == BigDecimal.class) {
            return "a number";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == Duration.class) {
            return "a duration such as 30s, 500ms, 1h or PT1M30S, of 100 years at most";
        } else if (type == ByteSize.class) {
            return "a number of bytes such as 512, 64KiB, 4MiB or 1GiB";
        } else if (type == Path.class) {
            return "a path";
        }
        return type == URI.class ? "a URI such as https://example.org/ or memory:local" : null;
    }

    /**
     * Makes the value of a text.
     *
     * @throws Exception if the text has another form; the parsers differ in what they throw
     */
    Object parse(String text) throws Exception {
        if (type == int.class || type == Integer.class) {
            return Integer.valueOf(text);
        } else if (type == long.class || type == Long.class) {
            return Long.valueOf(text);
        } else if (type == double.class || type == Double.class) {
            return new BigDecimal(text).doubleValue();
        } else if (type == BigDecimal.class) {
            return new BigDecimal(text);
        } else if (type == boolean.class || type == Boolean.class) {
            return truth(text);
        } else if (type == Duration.class) {
            return bounded(duration(text));
        } else if (type == ByteSize.class) {
            return ByteSize.parse(text);
        } else if (type == Path.class) {
            return base.resolve(text).normalize();
        } else if (type == URI.class) {
            return URI.create(text);
        }
        return type == String.class ? text : constant(text);
    }

    /** The class that a type argument names. */
    static Class<?> argument(Type generic) {
        Type argument = generic instanceof ParameterizedType type ? type.getActualTypeArguments()[0] : Object.class;
        if (argument instanceof WildcardType wildcard) {
            argument = wildcard.getUpperBounds()[0];
        }
        return argument instanceof Class<?> type ? type : Object.class;
    }

    /** The word by which an enum constant is written in a file, such as {@code at-once} for AT_ONCE. */
    static String word(Enum<?> constant) {
        try {
            Name name = constant.getDeclaringClass().getField(constant.name()).getAnnotation(Name.class);
            return name == null ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-') : name.value();
        } catch (NoSuchFieldException gone) {
            throw new IllegalStateException("an enum constant without a field: " + constant, gone);
        }
    }

    private static Map<String, Object> words(Class<?> type) {
        Map<String, Object> words = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            words.put(word((Enum<?>) constant), constant);
        }
        return words;
    }

    private Object constant(String text) {
        String word = text.toLowerCase(Locale.ROOT).replace('_', '-');
        Object constant = words.containsKey(text) ? words.get(text) : words.get(word);
        if (constant == null) {
            throw new IllegalArgumentException(text);
        }
        return constant;
    }

    private static Boolean truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** What is longer nobody means, and the clock of nanoseconds does not hold three times that. */
    private static Duration bounded(Duration duration) {
        if (duration.abs().compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("too long");
        }
        return duration;
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Duration.parse(text);
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
