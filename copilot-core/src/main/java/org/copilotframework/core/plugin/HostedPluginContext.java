package org.copilotframework.core.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.copilotframework.api.agent.JsonCodec;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one generation is given. Dies with it, and so do the codec's caches of its classes. */
public final class HostedPluginContext implements PluginContext {
    /** Reads a plugin's settings into a record. */
    @FunctionalInterface
    public interface SettingsReader {
        /**
         * Reads settings.
         *
         * @param pluginId whose settings
         * @param type the record's type
         * @param <T> the record's type
         * @return the settings
         */
        <T extends Record> T read(String pluginId, Class<T> type);
    }

    private final PluginRef plugin;
    private final SettingsReader settings;
    private final Path workRoot;
    private final Supplier<JsonCodec> codecs;
    private final Logger logger;
    private volatile @Nullable JsonCodec codec;

    /**
     * Makes the context of one generation.
     *
     * @param plugin which plugin
     * @param settings reads its settings
     * @param workRoot the folder in which each plugin has one of its own
     * @param codecs makes the codec, when it is first asked for
     */
    public HostedPluginContext(PluginRef plugin, SettingsReader settings, Path workRoot, Supplier<JsonCodec> codecs) {
        this.plugin = plugin;
        this.settings = settings;
        this.workRoot = workRoot;
        this.codecs = codecs;
        this.logger = LoggerFactory.getLogger("copilot.plugin." + plugin.id());
    }

    @Override
    public PluginRef plugin() {
        return plugin;
    }

    @Override
    public <T extends Record> T settings(Class<T> type) {
        return settings.read(plugin.id(), type);
    }

    @Override
    public Path workDirectory() {
        try {
            return Files.createDirectories(workRoot.resolve(plugin.id()));
        } catch (IOException e) {
            throw new UncheckedIOException("no work folder for plugin " + plugin.id() + " below " + workRoot, e);
        }
    }

    @Override
    public JsonCodec json() {
        JsonCodec known = codec;
        if (known == null) {
            synchronized (this) {
                known = codec;
                if (known == null) {
                    known = codecs.get();
                    codec = known;
                }
            }
        }
        return known;
    }

    @Override
    public Logger logger() {
        return logger;
    }
}
