package org.copilotframework.core.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.core.PluginPublication;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.fleet.PluginSet.Entry;
import org.copilotframework.core.naming.NearNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes the set of plugins that all nodes serve: all of a change, or nothing. */
public final class Publisher {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);

    /** A node that reads an old manifest still finds its archives, and one that publishes now has not named its own yet. */
    private static final Duration KEPT = Duration.ofDays(1);

    private final Manifest manifest;
    private final PluginStore store;

    /**
     * Publishes to a manifest.
     *
     * @param manifest which; null if the settings name none
     * @param store checks archives as they are checked when they are installed
     * @return a publisher
     * @throws InvalidRequestException if there is no manifest
     */
    public static Publisher to(@Nullable Manifest manifest, PluginStore store) {
        if (manifest == null) {
            throw new InvalidRequestException(
                    Manifest.SETTING + " is not set; set it to the name of the manifest that the"
                            + " nodes take their plugins from, such as plugins.json");
        }
        return new Publisher(manifest, store);
    }

    private Publisher(Manifest manifest, PluginStore store) {
        this.manifest = manifest;
        this.store = store;
    }

    /**
     * Puts archives into the set, each in place of the one of its plugin, and takes plugins out of it.
     *
     * @param archives checked first; if one is refused nothing is published
     * @param withdrawn the ids of plugins that shall serve no more
     * @return what became of the set
     * @throws InvalidRequestException if an archive is refused, with all that is wrong
     * @throws NotFoundException if a plugin that is to be withdrawn is not in the set
     * @throws UnavailableException if the store of files fails; it may be published then, and to publish again does no harm
     */
    public PluginPublication publish(Collection<Path> archives, Collection<String> withdrawn) {
        SortedMap<String, Entry> added = new ArchiveUpload(manifest, store).run(archives);
        for (String id : withdrawn) {
            if (added.containsKey(id)) {
                throw new InvalidRequestException("plugin " + id + " is to be published and withdrawn at once");
            }
        }
        List<PluginPublication.Change> changes = new ArrayList<>();
        PluginSet set = manifest.change(before -> {
            changes.clear();
            return changed(before, added, withdrawn, changes);
        });
        clean(set);
        return new PluginPublication(set.revision(), changes);
    }

    private static PluginSet changed(
            PluginSet before,
            SortedMap<String, Entry> added,
            Collection<String> withdrawn,
            List<PluginPublication.Change> changes) {
        SortedMap<String, Entry> next = new TreeMap<>(before.plugins());
        added.forEach((id, entry) -> {
            Entry old = next.put(id, entry);
            if (!entry.equals(old)) {
                changes.add(new PluginPublication.Change(id, old == null ? null : old.version(), entry.version()));
            }
        });
        for (String id : new TreeSet<>(withdrawn)) {
            Entry old = next.remove(id);
            if (old == null) {
                throw NotFoundException.named(
                        "published plugin",
                        NearNames.shown(id),
                        NearNames.of(id, before.plugins().keySet()));
            }
            changes.add(new PluginPublication.Change(id, old.version(), null));
        }
        return changes.isEmpty() ? before : new PluginSet(before.revision() + 1, next);
    }

    /** Deletes archives that were published long ago and are not in the set any more. */
    private void clean(PluginSet set) {
        Set<String> needed = set.plugins().values().stream().map(Entry::archive).collect(Collectors.toSet());
        Instant limit = Instant.now().minus(KEPT);
        try {
            for (BlobEntry one : manifest.stored()) {
                if (!needed.contains(one.name()) && one.modified().isBefore(limit)) {
                    manifest.deleteIfBefore(one.name(), limit);
                }
            }
        } catch (IOException notNow) {
            log.warn("Archives that are published no more could not be deleted: {}", notNow.toString());
        }
    }
}
