package org.copilotframework.core;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.blob.BlobsProviders;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.secret.CleanWords;
import org.copilotframework.core.settings.LoadedSettings;
import org.copilotframework.core.settings.SettingsSources;
import org.copilotframework.core.storage.MemoryStorage;
import org.copilotframework.core.storage.MemoryStorageProvider;

/** Looks for all that a start with these settings would be refused for, one reason after the other, and opens no store. */
final class SettingsCheck {
    private static final String LINE = "\n  ";

    private final SettingsSources sources;
    private final List<Path> bundled;
    private final DoorParts door;
    private final Consumer<String> unread;
    private final Set<String> wrong = new LinkedHashSet<>();

    SettingsCheck(SettingsSources sources, List<Path> bundled, DoorParts door, Consumer<String> unread) {
        this.sources = sources;
        this.bundled = bundled;
        this.door = door;
        this.unread = unread;
    }

    <T extends Record> List<String> run(String face, Class<T> type, Function<T, Reach> reach) {
        List<String> ofCore = new ArrayList<>();
        try (LoadedSettings loaded = sources.look(ofCore)) {
            wrong.addAll(ofCore);
            Reach[] from = {new Reach(true, false)};
            attempt(loaded, () -> from[0] = reach.apply(loaded.face(face, type)));
            attempt(loaded, () -> home(loaded.core().home()));
            attempt(loaded, () -> new PluginPlaces(loaded).checkTrust());
            ProviderPlugins[] found = {ProviderPlugins.none()};
            attempt(loaded, () -> found[0] = new PluginPlaces(loaded).providers(bundled));
            try (ProviderPlugins providers = found[0]) {
                attempt(loaded, () -> loaded.complete(providers));
                stores(loaded, providers);
                door(loaded, providers, from[0]);
            }
            sources.unread(loaded.known()).forEach(unread);
        } catch (CopilotException refused) {
            // Where nothing can be read there is nothing else to look at.
            tell(refused);
        }
        return List.copyOf(wrong);
    }

    /** It may not be there yet, and may not be writable; but nothing can be below a file. */
    private static void home(Path home) {
        Path there = home.toAbsolutePath();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (there != null && !Files.isDirectory(there)) {
            throw new InvalidRequestException("copilot.home: " + there + " is no folder; name another place");
        }
    }

    private void stores(LoadedSettings loaded, ProviderPlugins providers) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        attempt(loaded, () -> StorePlaces.storageSchema(loaded, providers));
        attempt(loaded, () -> BlobsProviders.demand(loaded.core().blobs().provider(), loader, providers));
        // It asks nobody before it is used. But a place for keys apart from the store would be made.
        if (loaded.core().encryption().keys().equals(AtRest.STORE)) {
            attempt(loaded, () -> AtRest.of(loaded, providers, memory()).close());
        }
    }

    private void door(LoadedSettings loaded, ProviderPlugins providers, Reach reach) {
        attempt(loaded, () -> {
            Ground ground = new Ground(loaded, providers);
            try (Entrance entrance = new Entrance(ground, memory().values(), Authorizer.byScopes(), door)) {
                entrance.access().demandFit(reach.loopback(), reach.plain());
            }
        });
        wrong.addAll(loaded.unfit(reach.loopback()));
    }

    private static Storage memory() {
        return new MemoryStorage(MemoryStorageProvider.RUNS_KEPT);
    }

    private void attempt(LoadedSettings loaded, Runnable look) {
        try {
            look.run();
        } catch (RuntimeException refused) {
            tell(CleanWords.of(refused, loaded.redaction()));
        }
    }

    /** One that tells several things at once has a line for each, below what they have in common. */
    private void tell(RuntimeException refused) {
        String words = refused.getMessage() == null ? refused.toString() : refused.getMessage();
        List<String> lines =
                List.of(words.replaceFirst("^a setting is wrong: ", "").split(LINE));
        wrong.addAll(lines.size() == 1 ? lines : lines.subList(1, lines.size()));
    }
}
