package org.copilotframework.core;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.fleet.Manifest;
import org.copilotframework.core.fleet.Publisher;
import org.copilotframework.core.settings.LoadedSettings;
import org.copilotframework.core.settings.SettingsSources;
import org.copilotframework.core.storage.StoreCopy;
import org.jspecify.annotations.Nullable;

/**
 * What is done with settings and stores alone, while no orchestrator is started. Each errand opens what it needs, and has closed it when
 * it is done; {@link OrchestratorBuilder} says what each promises.
 *
 * @param sources where settings come from
 * @param bundled the plugins that come with the application, which may bring a store
 */
record Errands(SettingsSources sources, List<Path> bundled) {
    /** The store is the only one that stays open; it closes all that it was opened with. */
    Storage openStorage() {
        Parts parts = new Parts();
        Ground ground = parts.opened(ground());
        try {
            Storage plain = parts.opened(StorePlaces.storage(ground.settings(), ground.providers()));
            return LoadedStorage.of(parts.opened(AtRest.of(ground.settings(), ground.providers(), plain)), ground);
        } catch (RuntimeException | Error fault) {
            parts.close();
            throw ground.clean(fault);
        }
    }

    Optional<String> storageSchema() {
        try (Ground ground = ground()) {
            try {
                return StorePlaces.storageSchema(ground.settings(), ground.providers());
            } catch (RuntimeException | Error fault) {
                throw ground.clean(fault);
            }
        }
    }

    StoreTotals copyStorage(Storage source, Storage target, CopyProgress progress) {
        return new StoreCopy(source, target, sources.runsKeep(), progress).run();
    }

    /**
     * Publishes to the manifest.
     *
     * @param storage the given one, or null for the one that the settings name
     * @param blobs the given ones, or null for those that the settings name
     */
    PluginPublication publish(
            List<Path> archives, Set<String> withdrawn, @Nullable Storage storage, @Nullable Blobs blobs) {
        try (Ground ground = ground()) {
            LoadedSettings loaded = ground.settings();
            try (PluginStore copies = new PluginPlaces(loaded).copies();
                    FileRoom files = FileRoom.open(ground, storage, blobs)) {
                Manifest manifest = StorePlaces.manifest(loaded, files.blobs());
                return Publisher.to(manifest, copies).publish(archives, withdrawn);
            } catch (IOException unusable) {
                throw PluginPlaces.unusable(loaded.core().home(), unusable);
            }
        }
    }

    /** All that is wrong; opens nothing that keeps anything. */
    <T extends Record> List<String> checkSettings(
            String face, Class<T> type, Function<T, Reach> reach, DoorParts door, Consumer<String> unread) {
        return new SettingsCheck(sources, bundled, door, unread).run(face, type, reach);
    }

    /** What a start begins with. */
    Ground ground() {
        return Ground.open(sources, bundled);
    }
}
