package org.copilotframework.core;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.core.blob.BlobsProviders;
import org.copilotframework.core.blob.BoundedBlobs;
import org.copilotframework.core.fleet.Manifest;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.settings.CopilotSettings;
import org.copilotframework.core.settings.LoadedSettings;
import org.jspecify.annotations.Nullable;

/** Where files and what is shared with other nodes lie, as the settings say. */
final class StorePlaces {
    private StorePlaces() {}

    /** The store of files, none of which is longer than allowed. */
    static Blobs blobs(LoadedSettings loaded, ProviderPlugins providers, AtRest atRest) {
        CopilotSettings.Files files = loaded.core().blobs();
        Blobs blobs = BlobsProviders.open(
                files.provider(),
                files.bucket(),
                Thread.currentThread().getContextClassLoader(),
                providers,
                name -> context(loaded, "blobs", name));
        try {
            if (!isUntouched(files)) {
                blobs.check();
            }
            return new BoundedBlobs(atRest.blobs(blobs), files.maxBytes().bytes());
        } catch (RuntimeException | Error unusable) {
            blobs.close();
            throw unusable;
        }
    }

    /** Who keeps no files may have a home that cannot be written to. */
    private static boolean isUntouched(CopilotSettings.Files files) {
        return files.provider().equals("local") && files.bucket().isEmpty();
    }

    /** What a provider is given: its own settings. */
    static ProviderContext context(LoadedSettings loaded, String kind, String name) {
        return new SpiContext(loaded, kind, name, Foundation.home(loaded));
    }

    private record SpiContext(LoadedSettings loaded, String kind, String name, Path home) implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            return loaded.provider(kind, name, type);
        }
    }

    /** What says which plugins serve on all nodes, or null if nothing does. */
    static @Nullable Manifest manifest(LoadedSettings loaded, Blobs blobs) {
        return loaded.core()
                .plugins()
                .manifest()
                .map(name -> new Manifest(blobs, name))
                .orElse(null);
    }

    /** Whether a storage lies in the home: then it is that of whoever has the home, which is one process. */
    static boolean inHome(String url, Path home) {
        try {
            return Path.of(url.substring(url.indexOf(':') + 1))
                    .toAbsolutePath()
                    .normalize()
                    .startsWith(home);
        } catch (InvalidPathException noFile) {
            return false;
        }
    }
}
