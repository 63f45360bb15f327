package org.copilotframework.core.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One plugin of the {@link DesiredSet}: which version of it shall run, and what is remembered beside that.
 *
 * @param id the plugin's id
 * @param current the digest of the version that shall run, or null if none shall and only the dismissed ones are remembered
 * @param origin where the current version came from
 * @param file the name of its file in the watched folder, the path of a bundled one, or null if it was installed
 * @param folder the watched folder that the file belongs to; null if it is not known, or there is none
 * @param history the digests of earlier versions, newest first, for a rollback
 * @param dismissed digests that are not taken up again from the watched folder, after a rollback or a removal
 */
public record DesiredPlugin(
        String id,
        @Nullable String current,
        Origin origin,
        @Nullable String file,
        @Nullable String folder,
        List<String> history,
        Set<String> dismissed) {
    /** Where a plugin came from. */
    public enum Origin {
        /** It was installed by a person or a program, and stays until it is removed. */
        INSTALLED,
        /** It lay in the watched folder, and goes when its file goes. */
        INBOX
    }

    /** Copies the collections. */
    public DesiredPlugin {
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
    public static DesiredPlugin installed(String id, String digest) {
        return new DesiredPlugin(id, digest, Origin.INSTALLED, null, null, List.of(), Set.of());
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
    public static DesiredPlugin inbox(String id, String digest, String file, @Nullable String folder) {
        return new DesiredPlugin(id, digest, Origin.INBOX, file, folder, List.of(), Set.of());
    }

    /**
     * Another version of this plugin: the current one becomes history, the new one is no longer dismissed.
     *
     * @param next the new version, as {@link #installed} or {@link #inbox} made it
     * @return the entry
     */
    public DesiredPlugin replacedBy(DesiredPlugin next) {
        if (saysTheSame(next)) {
            return this; // As at most starts.
        }
        List<String> older = new ArrayList<>(history);
        if (current != null && !current.equals(next.current)) {
            older.add(0, current);
        }
        older.remove(next.current);
        Set<String> others = new TreeSet<>(dismissed);
        if (next.current != null) {
            others.remove(next.current);
        }
        return new DesiredPlugin(id, next.current, next.origin, next.file, next.folder, older, others);
    }

    /**
     * Plugins that are dismissed in addition.
     *
     * @param digests archives that are not taken up from the watched folder
     * @return the entry
     */
    public DesiredPlugin dismissingAlso(Set<String> digests) {
        Set<String> more = new TreeSet<>(dismissed);
        more.addAll(digests);
        return new DesiredPlugin(id, current, origin, file, folder, history, more);
    }

    /**
     * An earlier version of this plugin again. It counts as installed; the current one is dismissed.
     *
     * @param digest one of the history
     * @return the entry
     */
    public DesiredPlugin rolledBackTo(String digest) {
        List<String> older = new ArrayList<>(history.subList(history.indexOf(digest) + 1, history.size()));
        return new DesiredPlugin(id, digest, Origin.INSTALLED, null, null, older, dismissing(current));
    }

    /**
     * This plugin, removed: nothing runs, and the current version is dismissed.
     *
     * @return the entry
     */
    public DesiredPlugin removed() {
        return new DesiredPlugin(id, null, origin, null, null, List.of(), dismissing(current));
    }

    private boolean saysTheSame(DesiredPlugin next) {
        return current != null
                && current.equals(next.current)
                && origin == next.origin
                && Objects.equals(file, next.file)
                && Objects.equals(folder, next.folder)
                && !history.contains(current)
                && !dismissed.contains(current);
    }

    private Set<String> dismissing(@Nullable String digest) {
        Set<String> more = new TreeSet<>(dismissed);
        if (digest != null) {
            more.add(digest);
        }
        return more;
    }

    /** With no more earlier versions than these many. */
    DesiredPlugin keeping(int versions) {
        return history.size() <= versions
                ? this
                : new DesiredPlugin(id, current, origin, file, folder, history.subList(0, versions), dismissed);
    }
}
