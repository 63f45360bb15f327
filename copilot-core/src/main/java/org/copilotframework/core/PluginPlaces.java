package org.copilotframework.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.archive.ArchiveLimits;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.Trust;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.settings.ArchiveSettings;
import org.copilotframework.core.settings.LoadedSettings;
import org.copilotframework.core.settings.PluginSettings;
import org.copilotframework.core.settings.TruststoreSettings;
import org.jspecify.annotations.Nullable;

/** Where plugins lie and are copied to, as the settings say. */
final class PluginPlaces {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Path home;
    private final PluginSettings settings;

    PluginPlaces(LoadedSettings loaded) {
        this.home = StorePlaces.home(loaded);
        this.settings = loaded.core().plugins();
    }

    /** The watched folder, or null for none. */
    @Nullable
    Path folder() {
        Path folder = settings.dir().orElse(null);
        if (folder != null && !Files.isDirectory(folder)) {
            throw new InvalidRequestException("copilot.plugins.dir: there is no folder " + folder.toAbsolutePath()
                    + "; make it, or name the folder that holds the plugins");
        }
        return folder;
    }

    /** Opens the store of private copies for the host, which keeps house there. */
    PluginStore hostCopies() throws IOException {
        return PluginStore.forHost(home, limits(), trust());
    }

    /** Opens the store of private copies beside whoever else works on it. */
    PluginStore copies() throws IOException {
        return new PluginStore(home, limits(), trust());
    }

    /** Reads the truststore, as a start would. */
    void checkTrust() {
        trust();
    }

    private Trust trust() {
        if (settings.trust() == PluginSettings.Trust.SIGNED) {
            TruststoreSettings truststore = settings.truststore();
            return Trust.signed(
                    truststore.path().orElseThrow(), truststore.password().orElse(null));
        }
        return settings.trust() == PluginSettings.Trust.DIGEST ? Trust.DIGEST : Trust.ANY;
    }

    /** Loads the providers that lie in the folder or come with the application. */
    ProviderPlugins providers(List<Path> bundled) {
        try {
            return ProviderPlugins.open(folder(), bundled, limits(), this::copies, settings.startTimeout());
        } catch (IOException unusable) {
            throw unusable(home, unusable);
        }
    }

    static UnavailableException unusable(Path home, IOException fault) {
        return new UnavailableException("copilot.home (" + home + ") cannot be used: " + fault, RETRY, fault);
    }

    private ArchiveLimits limits() {
        ArchiveSettings limits = settings.limits();
        return new ArchiveLimits(
                limits.archiveBytes().bytes(),
                limits.entries(),
                limits.unpackedBytes().bytes(),
                limits.ratio());
    }
}
