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
import org.jspecify.annotations.Nullable;

/**
 * How a setting of one type is written. Made anew for each use, since it may hold an enum of a plugin.
 *
 * @param expected what a message says is expected
 * @param parse makes the value; throws if the text has another form
 */
record SettingType(String expected, Parser parse) {
    /** Makes a value of a text. */
    interface Parser {
        Object parse(String text) throws Exception;
    }

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12}) ?(ms|s|m|h|d)");

    /** The type of a setting's value: the type itself, or what an Optional or a List of it holds. Null if it cannot be a setting. */
    static @Nullable SettingType of(Class<?> type, Path base) {
        if (type == String.class) {
            return new SettingType("a text", text -> text);
        } else if (type == int.class || type == Integer.class) {
            return new SettingType("a whole number", Integer::valueOf);
        } else if (type == long.class || type == Long.class) {
            return new SettingType("a whole number", Long::valueOf);
        } else if (type == double.class || type == Double.class) {
            return new SettingType("a number", text -> new BigDecimal(text).doubleValue());
        } else if (type == BigDecimal.class) {
            return new SettingType("a number", BigDecimal::new);
        } else if (type == boolean.class || type == Boolean.class) {
            return new SettingType("true or false", SettingType::truth);
        } else if (type == Duration.class) {
            return new SettingType("a duration such as 30s, 500ms, 1h or PT1M30S", SettingType::duration);
        } else if (type == ByteSize.class) {
            return new SettingType("a number of bytes such as 512, 64KiB, 4MiB or 1GiB", ByteSize::parse);
        } else if (type == Path.class) {
            return new SettingType("a path", text -> base.resolve(text).normalize());
        } else if (type == URI.class) {
            return new SettingType("a URI such as https://example.org/ or memory:local", URI::create);
        }
        return type.isEnum() ? ofEnum(type) : null;
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

    private static SettingType ofEnum(Class<?> type) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            values.put(word((Enum<?>) constant), constant);
        }
        return new SettingType("one of " + String.join(", ", values.keySet()), text -> {
            String word = text.toLowerCase(Locale.ROOT).replace('_', '-');
            Object value = values.containsKey(text) ? values.get(text) : values.get(word);
            if (value == null) {
                throw new IllegalArgumentException(text);
            }
            return value;
        });
    }

    private static Boolean truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new IllegalArgumentException(text);
        };
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
