package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Which plugins shall run, in which version: {@code <home>/plugins/desired.properties}. A change is on the disk when the method that
 * makes it returns. Safe for use by several threads of one process; of several processes only that one writes which has the home.
 */
public final class DesiredSet {
    /** Where a plugin came from. */
    public enum Origin {
        /** It was installed by a person or a program, and stays until it is removed. */
        INSTALLED,
        /** It lay in the watched folder, and goes when its file goes. */
        INBOX
    }

    /**
     * One plugin.
     *
     * @param id the plugin's id
     * @param current the digest of the version that shall run, or null if none shall and only the dismissed ones are remembered
     * @param origin where the current version came from
     * @param file the name of its file in the watched folder, the path of a bundled one, or null if it was installed
     * @param folder the watched folder that the file belongs to; null if it is not known, or there is none
     * @param history the digests of earlier versions, newest first, for a rollback
     * @param dismissed digests that are not taken up again from the watched folder, after a rollback or a removal
     */
    public record Entry(
            String id,
            @Nullable String current,
            Origin origin,
            @Nullable String file,
            @Nullable String folder,
            List<String> history,
            Set<String> dismissed) {
        /** Copies the collections. */
        public Entry {
            history = List.copyOf(history);
            dismissed = Set.copyOf(dismissed);
        }

        /**
         * A plugin that was not there before, from an installation.
         *
         * @param id the plugin's id
         * @param digest its archive's digest
         * @return the entry
         */
        public static Entry installed(String id, String digest) {
            return new Entry(id, digest, Origin.INSTALLED, null, null, List.of(), Set.of());
        }

        /**
         * A plugin that was not there before, from the watched folder.
         *
         * @param id the plugin's id
         * @param digest its archive's digest
         * @param file the name of its file, or the path of a bundled one
         * @param folder the watched folder, or null if the file does not lie in one
         * @return the entry
         */
        public static Entry inbox(String id, String digest, String file, @Nullable String folder) {
            return new Entry(id, digest, Origin.INBOX, file, folder, List.of(), Set.of());
        }

        /**
         * Another version of this plugin: the current one becomes history, the new one is no longer dismissed.
         *
         * @param next the new version, as {@link #installed} or {@link #inbox} made it
         * @return the entry
         */
        public Entry replacedBy(Entry next) {
            List<String> older = new ArrayList<>(history);
            if (current != null && !current.equals(next.current)) {
                older.add(0, current);
            }
            older.remove(next.current);
            Set<String> others = new TreeSet<>(dismissed);
            if (next.current != null) {
                others.remove(next.current);
            }
            return new Entry(id, next.current, next.origin, next.file, next.folder, older, others);
        }

        /**
         * Plugins that are dismissed in addition.
         *
         * @param digests archives that are not taken up from the watched folder
         * @return the entry
         */
        public Entry dismissingAlso(Set<String> digests) {
            Set<String> more = new TreeSet<>(dismissed);
            more.addAll(digests);
            return new Entry(id, current, origin, file, folder, history, more);
        }

        /**
         * An earlier version of this plugin again. It counts as installed; the current one is dismissed.
         *
         * @param digest one of the history
         * @return the entry
         */
        public Entry rolledBackTo(String digest) {
            List<String> older = new ArrayList<>(history.subList(history.indexOf(digest) + 1, history.size()));
            return new Entry(id, digest, Origin.INSTALLED, null, null, older, dismissing(current));
        }

        /**
         * This plugin, removed: nothing runs, and the current version is dismissed.
         *
         * @return the entry
         */
        public Entry removed() {
            return new Entry(id, null, origin, null, null, List.of(), dismissing(current));
        }

        private Set<String> dismissing(@Nullable String digest) {
            Set<String> more = new TreeSet<>(dismissed);
            if (digest != null) {
                more.add(digest);
            }
            return more;
        }

        private Entry keeping(int versions) {
            return history.size() <= versions
                    ? this
                    : new Entry(id, current, origin, file, folder, history.subList(0, versions), dismissed);
        }
    }

    private final DesiredPlace place;
    private final int keepVersions;
    private volatile SortedMap<String, Entry> entries;

    /**
     * Reads the set.
     *
     * @param home the orchestrator's home
     * @param writable whether the home can be written, as {@link PluginStore#writable()} tells; if not, changes are kept in
     *     memory only
     * @param keepVersions how many earlier versions of a plugin are remembered
     * @throws InvalidRequestException if the file was written by another release
     * @throws IOException if the file cannot be read, or is corrupt and cannot be moved aside
     */
    public DesiredSet(Path home, boolean writable, int keepVersions) throws IOException {
        this.place = new DesiredPlace(home.toAbsolutePath().normalize().resolve("plugins"), writable);
        this.keepVersions = keepVersions;
        this.entries = place.read();
    }

    /**
     * Whether more may be wanted than this set knows: the file was corrupt, now or at an earlier start, and nobody has deleted
     * the corrupt one yet. Copies of archives are not deleted meanwhile.
     *
     * @return true if what this set does not name may be needed all the same
     */
    public boolean incomplete() {
        return place.incomplete();
    }

    /**
     * What is odd about the file.
     *
     * @return sentences for a person; empty if all is well
     */
    public List<String> warnings() {
        return place.warnings();
    }

    /**
     * All plugins.
     *
     * @return the entries at this moment, by plugin id
     */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /**
     * One plugin.
     *
     * @param id the plugin's id
     * @return its entry, or empty if nothing is known of it
     */
    public Optional<Entry> find(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    /**
     * Whether any plugin has dismissed an archive.
     *
     * @param digest the archive's digest
     * @return true if it must not be taken up from the watched folder
     */
    public boolean dismissed(String digest) {
        return entries.values().stream().anyMatch(entry -> entry.dismissed().contains(digest));
    }

    /**
     * The copies that are needed for what runs and for a rollback.
     *
     * @return all current and earlier digests
     */
    public Set<String> digests() {
        Set<String> digests = new TreeSet<>();
        for (Entry entry : entries.values()) {
            if (entry.current() != null) {
                digests.add(entry.current());
            }
            digests.addAll(entry.history());
        }
        return digests;
    }

    /**
     * Remembers one plugin, in place of what was known of it.
     *
     * @param entry the plugin
     * @throws IOException if the set cannot be written; it is then as before
     */
    public void put(Entry entry) throws IOException {
        update(all -> all.put(entry.id(), entry));
    }

    /**
     * Forgets one plugin, with its history and what it has dismissed.
     *
     * @param id the plugin's id
     * @throws IOException if the set cannot be written; it is then as before
     */
    public void remove(String id) throws IOException {
        update(all -> all.remove(id));
    }

    /**
     * Makes many changes in one go: all of them or none, with one write.
     *
     * @param change changes the map it is given; from plugin id to entry
     * @throws IOException if the set cannot be written; it is then as before
     */
    public synchronized void update(Consumer<Map<String, Entry>> change) throws IOException {
        SortedMap<String, Entry> next = new TreeMap<>(entries);
        change.accept(next);
        next.replaceAll((id, entry) -> entry.keeping(keepVersions));
        if (!same(next, entries)) {
            place.write(next.values());
            entries = next;
        }
    }

    /** Nearly always entries that are equal are the same ones; to look first is quicker than to compare their collections. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(Map<String, Entry> one, Map<String, Entry> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (Map.Entry<String, Entry> each : one.entrySet()) {
            Entry there = other.get(each.getKey());
            if (each.getValue() != there && !each.getValue().equals(there)) {
                return false;
            }
        }
        return true;
    }
}
