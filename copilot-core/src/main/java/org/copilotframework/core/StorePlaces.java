package org.copilotframework.core;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.authentication.AuthenticatorContext;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.core.access.AuthenticatorPlace;
import org.copilotframework.core.blob.BlobsProviders;
import org.copilotframework.core.blob.BoundedBlobs;
import org.copilotframework.core.fleet.Manifest;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.settings.BlobSettings;
import org.copilotframework.core.settings.CopilotSettings;
import org.copilotframework.core.settings.LoadedSettings;
import org.copilotframework.core.storage.StorageProviders;
import org.jspecify.annotations.Nullable;

/** Where sessions, runs and files lie, and what is shared with other nodes, as the settings say. */
final class StorePlaces {
    private StorePlaces() {}

    static Path home(LoadedSettings loaded) {
        return loaded.core().home().toAbsolutePath().normalize();
    }

    /** The store of sessions and runs, as it is. */
    static Storage storage(LoadedSettings loaded, ProviderPlugins providers) {
        return StorageProviders.open(
                loaded.core().storage().url(),
                Thread.currentThread().getContextClassLoader(),
                providers,
                name -> context(loaded, "storage", name));
    }

    /** Has the store's schema as this release needs it, or fails. */
    static void prepare(Storage storage, CopilotSettings settings) {
        if (settings.storage().migrate()) {
            storage.migrate();
        } else {
            storage.check();
        }
    }

    /** What a migration of that store would make. */
    static Optional<String> storageSchema(LoadedSettings loaded, ProviderPlugins providers) {
        return StorageProviders.schema(
                loaded.core().storage().url(), Thread.currentThread().getContextClassLoader(), providers);
    }

    /** The store of files, none of which is longer than allowed. */
    static Blobs blobs(LoadedSettings loaded, ProviderPlugins providers, AtRest atRest) {
        BlobSettings files = loaded.core().blobs();
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
            return bounded(blobs, loaded, atRest);
        } catch (RuntimeException | Error unusable) {
            blobs.close();
            throw unusable;
        }
    }

    /** Files of whatever store, encrypted if they are to be, none longer than allowed, and faults told without secrets. */
    static Blobs bounded(Blobs files, LoadedSettings loaded, AtRest atRest) {
        return new BoundedBlobs(
                atRest.blobs(CleanStores.blobs(files, loaded.redaction())),
                loaded.core().blobs().maxBytes().bytes());
    }

    /** Who keeps no files may have a home that cannot be written to. */
    private static boolean isUntouched(BlobSettings files) {
        return files.provider().equals("local") && files.bucket().isEmpty();
    }

    /** What an authenticator of a name is given: its own settings, and its values among those of the host. */
    static Function<String, AuthenticatorContext> authenticator(LoadedSettings loaded, KeyValues values) {
        return name -> new AuthenticatorPlace(name, context(loaded, "security", name), values);
    }

    /** What a provider is given: its own settings. */
    static ProviderContext context(LoadedSettings loaded, String kind, String name) {
        return new SpiContext(loaded, kind, name, home(loaded));
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

    /** The file that a storage is, as {@code sqlite:/data/copilot.db} and {@code sqlite:///data/copilot.db} name it; empty if none. */
    static Optional<Path> fileOf(String url) {
        try {
            StorageUrl parsed = StorageUrl.parse(url);
            boolean none = parsed.scheme().equals("memory")
                    || !parsed.hosts().isEmpty()
                    || parsed.user().isPresent()
                    || parsed.path().isEmpty();
            return none
                    ? Optional.empty()
                    : Optional.of(Path.of(parsed.path()).toAbsolutePath().normalize());
        } catch (InvalidRequestException | InvalidPathException refusedWhenItIsOpened) {
            return Optional.empty();
        }
    }

    /** Whether a storage lies in the home: then it is that of whoever has the home, which is one process. */
    static boolean inHome(String url, Path home) {
        return fileOf(url).filter(file -> file.startsWith(home)).isPresent();
    }
}
