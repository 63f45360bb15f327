package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.copilotframework.core.archive.StoredPlugin;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.copilotframework.core.plugin.FileContents.Content;
import org.jspecify.annotations.Nullable;

/**
 * The archives that are known of each plugin: the files of the watched folder, what an operation installed, and what served before the
 * last stop. Guarded by its owner.
 */
final class KnownArchives {
    private final FileContents files = new FileContents();
    private final Map<String, StoredPlugin> installed = new TreeMap<>();
    private final Map<String, StoredPlugin> lastServed = new TreeMap<>();
    private final Set<String> dismissed = new HashSet<>();

    /** A file holds an archive; gives the ids that may be served differently now. */
    Set<String> file(String name, StoredPlugin stored) {
        String id = stored.info().ref().id();
        return changed(files.put(name, new Content(id, stored)), id);
    }

    /** A file was refused. It stands for what it says it is, or for what it held before. */
    Set<String> refused(String name, @Nullable String id) {
        Content before = files.get(name);
        String stands = id != null ? id : before == null ? null : before.id();
        return changed(files.put(name, new Content(stands, null)), stands);
    }

    /** A file is gone. */
    Set<String> gone(String name) {
        return changed(files.put(name, null), null);
    }

    private static Set<String> changed(@Nullable Content before, @Nullable String now) {
        Set<String> ids = new TreeSet<>();
        if (before != null && before.id() != null) {
            ids.add(before.id());
        }
        if (now != null) {
            ids.add(now);
        }
        return ids;
    }

    /** It is not known yet what a file holds that held a plugin before the last stop. */
    void expect(String name, String id) {
        files.put(name, new Content(id, null));
    }

    void installed(StoredPlugin stored) {
        installed.put(stored.info().ref().id(), stored);
        dismissed.remove(stored.info().digest());
    }

    void lastServed(StoredPlugin stored) {
        lastServed.put(stored.info().ref().id(), stored);
    }

    void notInstalled(String id) {
        lastServed.remove(id);
        installed.remove(id);
    }

    /** Leaves an archive out, wherever in the folder it lies. */
    void dismiss(String digest) {
        dismissed.add(digest);
    }

    void undismiss(String digest) {
        dismissed.remove(digest);
    }

    /** All archives that could serve under the id, the best first. */
    List<Candidate> of(String id) {
        List<Candidate> found = new ArrayList<>();
        StoredPlugin chosen = installed.get(id);
        if (chosen != null) {
            found.add(new Candidate(chosen, Candidates.INSTALLED));
        }
        List<Map.Entry<String, Content>> own = files.of(id);
        for (Map.Entry<String, Content> file : own) {
            StoredPlugin stored = file.getValue().stored();
            if (stored != null && !dismissed.contains(stored.info().digest())) {
                found.add(new Candidate(stored, file.getKey()));
            }
        }
        // The sort is stable: of equal versions, the installed one comes first, then the files by name.
        if (found.size() > 1) {
            found.sort(
                    Comparator.comparing((Candidate one) -> one.stored().info().version())
                            .reversed());
        }
        StoredPlugin last = lastServed.get(id);
        if (last != null
                && !own.isEmpty()
                && !dismissed.contains(last.info().digest())
                && found.stream()
                        .noneMatch(one -> one.digest().equals(last.info().digest()))) {
            found.add(new Candidate(last, Candidates.LAST_SERVED));
        }
        return found;
    }

    /** Whether anything stands for the id, be it broken or refused. */
    boolean stands(String id) {
        if (installed.containsKey(id)) {
            return true;
        }
        for (Map.Entry<String, Content> file : files.of(id)) {
            StoredPlugin stored = file.getValue().stored();
            if (stored == null || !dismissed.contains(stored.info().digest())) {
                return true;
            }
        }
        return false;
    }

    Set<String> ids() {
        Set<String> ids = new TreeSet<>(installed.keySet());
        lastServed.keySet().stream().filter(files::knows).forEach(ids::add);
        ids.addAll(files.idsOfArchives());
        return ids;
    }

    /** The digests of the files of the watched folder that hold this plugin. */
    Set<String> fileDigests(String id) {
        Set<String> digests = new TreeSet<>();
        for (Map.Entry<String, Content> file : files.of(id)) {
            StoredPlugin stored = file.getValue().stored();
            if (stored != null) {
                digests.add(stored.info().digest());
            }
        }
        return digests;
    }

    /** How many files of the folder stand for the id. */
    int filesOf(String id) {
        return files.of(id).size();
    }
}
