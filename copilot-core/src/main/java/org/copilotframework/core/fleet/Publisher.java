package org.copilotframework.core.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginPublication;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.fleet.PluginSet.Entry;
import org.copilotframework.core.naming.NearNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes the set of plugins that all nodes serve: all of a change, or nothing. */
public final class Publisher {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

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
        SortedMap<String, Entry> added = new TreeMap<>();
        checked(archives).forEach((id, one) -> added.put(id, upload(one.file(), one.info())));
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

    private record Checked(Path file, ArchiveInfo info) {}

    private Map<String, Checked> checked(Collection<Path> archives) {
        List<String> problems = new ArrayList<>();
        Map<String, Checked> found = new TreeMap<>();
        for (Path file : archives) {
            try {
                ArchiveInfo info = store.check(file).info();
                String id = info.ref().id();
                if (info.kind() == PluginKind.PROVIDER) {
                    problems.add(
                            file.getFileName() + " holds a provider, which is loaded before there is a store of files:"
                                    + " put it into the folder of plugins of each node");
                } else if (found.put(id, new Checked(file, info)) != null) {
                    problems.add("plugin " + id + " is there in two archives; name the one that shall serve");
                }
            } catch (RefusedArchiveException refused) {
                problems.add(refused.getMessage());
            } catch (IOException unreadable) {
                problems.add(file + " cannot be read: " + unreadable);
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException("nothing is published: " + String.join("\n", problems));
        }
        return found;
    }

    private Entry upload(Path file, ArchiveInfo info) {
        String place = manifest.placeOf(info.digest());
        try {
            manifest.store(place, out -> copy(file, info.digest(), out));
            return new Entry(info.ref().id(), info.ref().version(), info.digest(), Files.size(file), place);
        } catch (IOException failed) {
            throw new UnavailableException(
                    "nothing is published: " + file.getFileName() + " could not be stored: " + failed, RETRY, failed);
        }
    }

    /** What is stored is what was checked, or nothing. */
    private static void copy(Path file, String digest, OutputStream out) throws IOException {
        MessageDigest sha256 = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            in.transferTo(new DigestOutputStream(out, sha256));
        }
        if (!HexFormat.of().formatHex(sha256.digest()).equals(digest)) {
            throw new IOException("it changed while it was read; publish it when it is whole");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
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
                    manifest.delete(one.name());
                }
            }
        } catch (IOException notNow) {
            log.warn("Archives that are published no more could not be deleted: {}", notNow.toString());
        }
    }
}
