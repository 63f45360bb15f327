package org.copilotframework.core.provider;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.archive.ArchiveGlance;
import org.copilotframework.core.archive.ArchiveLimits;
import org.copilotframework.core.archive.HeldCopy;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which archives say that they are providers.
 *
 * @param archives the archives by what statuses call them: a file's name, or the path of one that was bundled
 * @param unreadable what could not be read, and so might be one
 */
record ProviderSearch(Map<String, Path> archives, List<String> unreadable) {
    private static final Logger log = LoggerFactory.getLogger(ProviderSearch.class);

    static ProviderSearch of(@Nullable Path folder, List<Path> bundled, ArchiveLimits limits) {
        ProviderSearch search = new ProviderSearch(new TreeMap<>(), new ArrayList<>());
        for (Path file : bundled) {
            Path path = file.toAbsolutePath().normalize();
            search.look(path.toString(), path, limits);
        }
        if (folder != null) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ArchiveGlance::isArchive)) {
                files.forEach(file -> search.look(file.getFileName().toString(), file, limits));
            } catch (IOException e) {
                log.warn("The folder of plugins cannot be read, so no provider is loaded from it: {}", e.toString());
                search.unreadable.add("the folder " + folder + " cannot be read: " + e);
            }
        }
        return search;
    }

    private void look(String name, Path file, ArchiveLimits limits) {
        try {
            if (Files.isRegularFile(file) && ArchiveGlance.of(file, limits) == PluginKind.PROVIDER) {
                archives.put(name, file);
            }
        } catch (IOException e) {
            // Whatever it is, the plugin host tells of it too.
            log.debug("{} cannot be looked at", file, e);
            unreadable.add(name + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * Takes private copies of all archives.
     *
     * @param refused where those are put that are not fit
     * @return the others: those of one id together, the highest version first
     */
    Collection<List<Offer>> accept(PluginStore store, List<PluginStatus> refused) {
        Map<String, List<Offer>> accepted = new TreeMap<>();
        archives.forEach((name, file) -> {
            try {
                HeldCopy copy = store.hold(file);
                Offer one = new Offer(copy, name, Instant.now());
                one.info().warnings().forEach(warning -> log.warn("Provider {}: {}", one.ref(), warning));
                accepted.computeIfAbsent(one.ref().id(), id -> new ArrayList<>())
                        .add(one);
            } catch (RefusedArchiveException e) {
                log.warn("{}", e.getMessage());
                refused.add(status(name, e));
            }
        });
        // The sort is stable: of equal versions, the first by name wins.
        accepted.values()
                .forEach(versions -> versions.sort(
                        Comparator.comparing((Offer one) -> one.info().version())
                                .reversed()));
        return accepted.values();
    }

    private static PluginStatus status(String name, RefusedArchiveException refused) {
        return new PluginStatus(
                refused.ref().map(PluginRef::id).orElse(name),
                PluginKind.PROVIDER,
                refused.ref().map(PluginRef::version).orElse(""),
                "",
                PluginState.FAILED,
                List.of(),
                String.join("; ", refused.problems()),
                name,
                Instant.now(),
                List.of());
    }
}
