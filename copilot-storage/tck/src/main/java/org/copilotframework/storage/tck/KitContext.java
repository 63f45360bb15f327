package org.copilotframework.storage.tck;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Name;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.jspecify.annotations.Nullable;

/** Reads a provider's settings from a map, by the rules of the orchestrator's own settings. */
record KitContext(Map<String, String> settings, Path home) implements ProviderContext {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12}) ?(ms|s|m|h|d)");

    @Override
    public <T extends Record> T settings(Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        List<@Nullable Object> arguments = new ArrayList<>();
        TreeSet<String> unknown = new TreeSet<>(settings.keySet());
        for (RecordComponent component : components) {
            String name = name(component);
            unknown.remove(name);
            arguments.add(value(name, component));
        }
        if (!unknown.isEmpty()) {
            throw new InvalidRequestException(
                    "no setting of " + type.getSimpleName() + ": " + String.join(", ", unknown));
        }
        Class<?>[] parameters =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments.toArray());
        } catch (ReflectiveOperationException refused) {
            throw new InvalidRequestException(
                    "the settings do not go together: " + (refused.getCause() == null ? refused : refused.getCause()));
        }
    }

    private static String name(RecordComponent component) {
        Name name = component.getAnnotation(Name.class);
        return name != null
                ? name.value()
                : component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private Object value(String name, RecordComponent component) {
        Default fallback = component.getAnnotation(Default.class);
        String text = settings.getOrDefault(name, fallback == null ? null : fallback.value());
        Class<?> type = component.getType();
        if (type == Optional.class) {
            return Optional.ofNullable(text == null ? null : parse(name, argument(component), text));
        } else if (text == null) {
            throw new InvalidRequestException(name + ": is missing");
        } else if (type == List.class) {
            return Arrays.stream(text.split(","))
                    .map(String::strip)
                    .filter(one -> !one.isEmpty())
                    .map(one -> parse(name, argument(component), one))
                    .toList();
        }
        return parse(name, type, text);
    }

    private static Class<?> argument(RecordComponent component) {
        Type[] arguments = ((ParameterizedType) component.getGenericType()).getActualTypeArguments();
        return (Class<?>) arguments[0];
    }

    private static Object parse(String name, Class<?> type, String text) {
        try {
            if (type == String.class) {
                return text;
            } else if (type == int.class || type == Integer.class) {
                return Integer.valueOf(text);
            } else if (type == long.class || type == Long.class) {
                return Long.valueOf(text);
            } else if (type == double.class || type == Double.class) {
                return Double.valueOf(text);
            } else if (type == boolean.class || type == Boolean.class) {
                return Boolean.valueOf(text);
            } else if (type == Duration.class) {
                return duration(text);
            } else if (type == Path.class) {
                return Path.of(text);
            } else if (type == URI.class) {
                return URI.create(text);
            }
        } catch (IllegalArgumentException | java.time.DateTimeException wrong) {
            throw new InvalidRequestException(name + ": '" + text + "' is no " + type.getSimpleName());
        }
        String word = text.toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(type.isEnum() ? type.getEnumConstants() : new Object[0])
                .filter(constant -> ((Enum<?>) constant).name().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new InvalidRequestException(name + ": '" + text + "' is no " + type.getSimpleName()));
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
