package org.copilotframework.core;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.settings.LoadedSettings;
import org.jspecify.annotations.Nullable;

/**
 * The store of files and what it needs, for who opens nothing else. That is the storage too, if files are encrypted: their keys may
 * lie there.
 */
record FileRoom(Blobs blobs, Deque<AutoCloseable> parts) implements AutoCloseable {
    static FileRoom open(
            LoadedSettings loaded, List<Path> bundled, @Nullable Storage givenStorage, @Nullable Blobs givenBlobs) {
        boolean encrypted = AtRest.isAskedFor(loaded);
        if (givenBlobs != null && !encrypted) {
            return new FileRoom(givenBlobs, new ArrayDeque<>());
        }
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            ProviderPlugins providers = kept(parts, new PluginPlaces(loaded).providers(bundled));
            AtRest atRest = AtRest.nothing();
            if (encrypted) {
                Storage plain =
                        givenStorage != null ? givenStorage : kept(parts, Foundation.storage(loaded, providers));
                atRest = kept(parts, AtRest.of(loaded, providers, plain));
                atRest.storage().check();
            }
            Blobs blobs = givenBlobs != null
                    ? atRest.blobs(givenBlobs)
                    : kept(parts, StorePlaces.blobs(loaded, providers, atRest));
            return new FileRoom(blobs, parts);
        } catch (RuntimeException | Error fault) {
            AtRest.close(parts);
            throw fault;
        }
    }

    private static <T extends AutoCloseable> T kept(Deque<AutoCloseable> parts, T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        AtRest.close(parts);
    }
}
