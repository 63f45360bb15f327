package org.copilotframework.core.settings;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import java.util.NoSuchElementException;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** Reads single values as text, with the source that each came from. */
final class Values {
    private final SmallRyeConfig config;

    Values(SmallRyeConfig config) {
        this.config = config;
    }

    /** The value of a key; null if it is not set or empty. What it refers to and is not set is a problem. */
    @Nullable
    Value of(String key, Problems problems) {
        ConfigValue value;
        try {
            value = config.getConfigValue(key);
        } catch (NoSuchElementException | IllegalArgumentException unresolved) {
            problems.unresolved(key);
            return null;
        }
        if (value.hasProblems()) {
            problems.unresolved(key);
            return null;
        }
        String text = value.getValue();
        if (text == null || text.isEmpty()) {
            return null;
        }
        Value read = Value.marked(text, source(value));
        if (read == null) {
            problems.noReference(key);
        }
        return read;
    }

    private String source(ConfigValue value) {
        for (ConfigSource source : config.getConfigSources()) {
            if (source.getOrdinal() == value.getConfigSourceOrdinal()
                    && source.getName().equals(value.getConfigSourceName())) {
                return Layers.named(source);
            }
        }
        return "the default";
    }
}
