package org.copilotframework.core.settings;

import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The values of core's own settings, in their types. Read by many threads once it is filled. */
final class CoreValues {
    private final Map<String, Object> byKey = new HashMap<>();

    void put(Setting<?> setting, Object value) {
        byKey.put(setting.key(), value);
    }

    <T> T of(Setting<T> setting) {
        return optional(setting).orElseThrow(() -> new NoSuchElementException(setting.key()));
    }

    <T> Optional<T> optional(Setting<T> setting) {
        return Optional.ofNullable(setting.type().cast(byKey.get(setting.key())));
    }
}
