package org.copilotframework.core;

import java.nio.file.Path;
import java.util.List;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.secret.CleanWords;
import org.copilotframework.core.settings.LoadedSettings;
import org.copilotframework.core.settings.SettingsSources;

/**
 * What all else is opened with: settings, the providers that lie among the plugins, and the secrets that settings refer to. In this
 * order: which plugins there are is a matter of settings, and where secrets come from may be a matter of plugins.
 *
 * @param settings the settings, with all secrets that they refer to
 * @param providers what plugins bring
 */
record Ground(LoadedSettings settings, ProviderPlugins providers) implements AutoCloseable {
    static Ground open(SettingsSources sources, List<Path> bundled) {
        // Cleans its own faults: only it knows all secrets that are typed.
        LoadedSettings settings = sources.load();
        ProviderPlugins providers = null;
        try {
            providers = new PluginPlaces(settings).providers(bundled);
            settings.complete(providers);
            return new Ground(settings, providers);
        } catch (RuntimeException | Error fault) {
            settings.close();
            if (providers != null) {
                providers.close();
            }
            throw CleanWords.of(fault, settings.redaction());
        }
    }

    /** The same fault; without secrets, if somebody who was given one put it into his words. */
    RuntimeException clean(Throwable fault) {
        return CleanWords.of(fault, settings.redaction());
    }

    /** Closes the sources of secrets, and then those who brought them. */
    @Override
    public void close() {
        settings.close();
        providers.close();
    }
}
