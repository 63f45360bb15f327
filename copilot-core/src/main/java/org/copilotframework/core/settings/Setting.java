package org.copilotframework.core.settings;

import io.smallrye.config.WithDefault;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.copilotframework.api.agent.Doc;
import org.jspecify.annotations.Nullable;

/**
 * One of core's own settings, as {@link CopilotSettings} declares it.
 *
 * @param key the whole key
 * @param type the type of its value
 * @param fallback what stands where nothing is set, as it would be written in a file; null if the setting is optional
 * @param meaning a sentence
 * @param least the least value of a number or size
 */
record Setting(String key, Class<?> type, @Nullable String fallback, String meaning, long least) {
    /** Found once: one load asks for them five times. */
    private static final List<Setting> ALL = found();

    /** All of them, in the order of their keys. */
    static List<Setting> all() {
        return ALL;
    }

    private static List<Setting> found() {
        List<Setting> all = new ArrayList<>();
        collect("copilot.", CopilotSettings.class, all);
        all.sort(Comparator.comparing(Setting::key));
        return List.copyOf(all);
    }

    /** The key of a name in Java: {@code max-files} for maxFiles. */
    static String dashed(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** What this value lacks, or null. */
    @Nullable
    String lack(Object value) {
        if (value instanceof Duration duration) {
            return duration.isZero() || duration.isNegative() ? "a duration of more than nothing" : null;
        } else if (value instanceof ByteSize size) {
            return size.bytes() < least ? "at least " + least : null;
        }
        return value instanceof Integer number && number < least ? "at least " + least : null;
    }

    private static void collect(String prefix, Class<?> group, List<Setting> all) {
        for (Method method : group.getDeclaredMethods()) {
            if (method.isSynthetic()) {
                continue;
            }
            String key = prefix + dashed(method.getName());
            if (Arrays.asList(group.getNestHost().getDeclaredClasses()).contains(method.getReturnType())
                    && method.getReturnType().isInterface()) {
                collect(key + ".", method.getReturnType(), all);
            } else {
                all.add(leaf(key, method));
            }
        }
    }

    private static Setting leaf(String key, Method method) {
        boolean optional = method.getReturnType() == Optional.class;
        WithDefault fallback = method.getAnnotation(WithDefault.class);
        AtLeast least = method.getAnnotation(AtLeast.class);
        return new Setting(
                key,
                optional ? SettingType.argument(method.getGenericReturnType()) : method.getReturnType(),
                fallback == null ? null : fallback.value(),
                method.getAnnotation(Doc.class).value(),
                least == null ? 1 : least.value());
    }
}
