package org.copilotframework.core.settings;

import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Path;
import org.copilotframework.api.error.InvalidRequestException;

/** The settings of one orchestrator, read once. Safe for use by several threads. */
public final class LoadedSettings {
    private final SmallRyeConfig config;
    private final CopilotSettings core;
    private final Path base;

    LoadedSettings(SmallRyeConfig config, CopilotSettings core, Path base) {
        this.config = config;
        this.core = core;
        this.base = base;
    }

    /**
     * Core's own settings.
     *
     * @return the settings, which were checked when they were loaded; their paths are absolute
     */
    public CopilotSettings core() {
        return core;
    }

    /**
     * A plugin's settings, below {@code copilot.plugin.<id>}, as {@link
     * org.copilotframework.api.plugin.PluginContext#settings(Class)} promises them. Nothing of the type is kept.
     *
     * @param pluginId the plugin's id
     * @param type the record's type
     * @param <T> the record's type
     * @return the settings
     * @throws InvalidRequestException if a value is missing or does not fit or a key is not known, with all that is wrong at once
     */
    public <T extends Record> T plugin(String pluginId, Class<T> type) {
        return new RecordSettings<>(config, base, "copilot.plugin." + pluginId + ".", type).read();
    }

    /**
     * A provider's settings, below {@code copilot.<kind>.<name>}, as {@link
     * org.copilotframework.api.spi.ProviderContext#settings(Class)} promises them.
     *
     * @param kind which service it provides, such as {@code storage}
     * @param name the provider's name
     * @param type the record's type
     * @param <T> the record's type
     * @return the settings
     * @throws InvalidRequestException if a value is missing or does not fit or a key is not known, with all that is wrong at once
     */
    public <T extends Record> T provider(String kind, String name, Class<T> type) {
        return new RecordSettings<>(config, base, "copilot." + kind + "." + name + ".", type).read();
    }
}
