package org.copilotframework.core;

import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.settings.LoadedSettings;
import org.jspecify.annotations.Nullable;

/**
 * The store of files and what it needs, for who opens nothing else. That is the storage too, if files are encrypted: their keys may
 * lie there. The ground is its owner's.
 */
record FileRoom(Blobs blobs, Parts parts) implements AutoCloseable {
    static FileRoom open(Ground ground, @Nullable Storage givenStorage, @Nullable Blobs givenBlobs) {
        LoadedSettings loaded = ground.settings();
        boolean encrypted = AtRest.isAskedFor(loaded);
        if (givenBlobs != null && !encrypted) {
            return new FileRoom(givenBlobs, new Parts());
        }
        Parts parts = new Parts();
        try {
            ProviderPlugins providers = ground.providers();
            AtRest atRest = AtRest.nothing();
            if (encrypted) {
                Storage plain =
                        givenStorage != null ? givenStorage : parts.opened(StorePlaces.storage(loaded, providers));
                atRest = parts.opened(AtRest.of(loaded, providers, plain));
                atRest.storage().check();
            }
            Blobs blobs = givenBlobs != null
                    ? atRest.blobs(givenBlobs)
                    : parts.opened(StorePlaces.blobs(loaded, providers, atRest));
            return new FileRoom(blobs, parts);
        } catch (RuntimeException | Error fault) {
            parts.close();
            throw ground.clean(fault);
        }
    }

    @Override
    public void close() {
        parts.close();
    }
}
