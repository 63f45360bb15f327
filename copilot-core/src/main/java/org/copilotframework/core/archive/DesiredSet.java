package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * Which plugins shall run, in which version: {@code <home>/plugins/desired.properties}. A change is on the disk when the method that
 * makes it returns. Safe for use by several threads of one process; of several processes only that one writes which has the home.
 */
public final class DesiredSet {
    private final DesiredPlace place;
    private final int keepVersions;
    private volatile SortedMap<String, DesiredPlugin> entries;

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
    public List<DesiredPlugin> entries() {
        return List.copyOf(entries.values());
    }

    /**
     * One plugin.
     *
     * @param id the plugin's id
     * @return its entry, or empty if nothing is known of it
     */
    public Optional<DesiredPlugin> find(String id) {
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
        for (DesiredPlugin entry : entries.values()) {
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
    public void put(DesiredPlugin entry) throws IOException {
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
    public synchronized void update(Consumer<Map<String, DesiredPlugin>> change) throws IOException {
        SortedMap<String, DesiredPlugin> next = new TreeMap<>(entries);
        change.accept(next);
        next.replaceAll((id, entry) -> entry.keeping(keepVersions));
        if (!same(next, entries)) {
            place.write(next.values());
            entries = next;
        }
    }

    /** Nearly always entries that are equal are the same ones; to look first is quicker than to compare their collections. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(Map<String, DesiredPlugin> one, Map<String, DesiredPlugin> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (Map.Entry<String, DesiredPlugin> each : one.entrySet()) {
            DesiredPlugin there = other.get(each.getKey());
            if (each.getValue() != there && !each.getValue().equals(there)) {
                return false;
            }
        }
        return true;
    }
}
