package org.copilotframework.core.plugin;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.copilotframework.core.archive.PluginNeed;
import org.copilotframework.core.archive.StoredPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Which archives could serve under an id: the files of the watched folder, and the one that was installed by an operation.
 * The highest version is the first choice. Each method is atomic.
 */
final class Candidates {
    /** The origin of an archive that an operation installed, as statuses show it. */
    static final String INSTALLED = "installed";

    /** The origin of what served before the last stop, where its file holds something else now. */
    static final String LAST_SERVED = "the copy that served before";

    /**
     * An archive that could serve.
     *
     * @param stored its private copy
     * @param origin {@link #INSTALLED}, or the file's name
     */
    record Candidate(StoredPlugin stored, String origin) {
        String digest() {
            return stored.info().digest();
        }

        String id() {
            return stored.info().ref().id();
        }
    }

    /** An archive that was tried and does not start. */
    record Broken(Candidate candidate, FailedStart why) {}

    private final KnownArchives known = new KnownArchives();
    private final Map<String, FailedStart> broken = new TreeMap<>();

    /**
     * Notes what a file of the watched folder holds.
     *
     * @return the ids that may be served differently now
     */
    synchronized Set<String> file(String name, StoredPlugin stored) {
        broken.remove(stored.info().digest());
        return known.file(name, stored);
    }

    /** Notes that a file of the watched folder was refused. */
    synchronized Set<String> refused(String name, @Nullable String id) {
        return known.refused(name, id);
    }

    /** Notes that a file of the watched folder is gone. */
    synchronized Set<String> gone(String name) {
        return known.gone(name);
    }

    synchronized void installed(StoredPlugin stored) {
        broken.remove(stored.info().digest());
        known.installed(stored);
    }

    /** Notes what served from the watched folder before the last stop: the last choice, while its file is there. */
    synchronized void lastServed(StoredPlugin stored) {
        known.lastServed(stored);
    }

    /** The plugin was removed: neither what was installed nor what served before counts any more. */
    synchronized void notInstalled(String id) {
        known.notInstalled(id);
    }

    /** Never takes this archive from the watched folder; its file counts again when its content changes. */
    synchronized void dismiss(String digest) {
        known.dismiss(digest);
    }

    /** Takes this archive again: nothing remembers the plugin that it was dismissed of. */
    synchronized void undismiss(String digest) {
        known.undismiss(digest);
    }

    /** Notes which plugin a file held before the last stop, until it is known what it holds now. */
    synchronized void expect(String name, String id) {
        known.expect(name, id);
    }

    /** Does not try this archive again until it changes, what it misses comes, or an operation asks for it. */
    synchronized void broken(String digest, FailedStart why) {
        broken.put(digest, why);
    }

    synchronized void mended(String id) {
        known.of(id).forEach(one -> broken.remove(one.digest()));
    }

    /** The archives that could serve under the id, the best first. */
    synchronized List<Candidate> usable(String id) {
        List<Candidate> all = known.of(id);
        if (!broken.isEmpty()) {
            all.removeIf(one -> broken.containsKey(one.digest()));
        }
        return all;
    }

    /** The archive that would come before this one if it had not been found broken. */
    synchronized Optional<Broken> brokenBefore(Candidate served) {
        if (broken.isEmpty()) {
            return Optional.empty();
        }
        for (Candidate one : known.of(served.id())) {
            FailedStart why = broken.get(one.digest());
            if (one.digest().equals(served.digest())) {
                break;
            } else if (why != null) {
                return Optional.of(new Broken(one, why));
            }
        }
        return Optional.empty();
    }

    /**
     * The other files of the watched folder that could serve, where one of them serves. What an operation installed, or the
     * application brought, is meant to stand beside them.
     */
    synchronized List<Candidate> passedOver(Candidate served) {
        if (!isDropped(served) || known.filesOf(served.id()) < 2) {
            return List.of();
        }
        return usable(served.id()).stream()
                .filter(one -> isDropped(one) && !one.digest().equals(served.digest()))
                .toList();
    }

    private static boolean isDropped(Candidate one) {
        return !one.origin().equals(INSTALLED)
                && !one.origin().equals(LAST_SERVED)
                && !new File(one.origin()).isAbsolute();
    }

    /** Whether anything stands for the id, be it broken or refused. */
    synchronized boolean stands(String id) {
        return known.stands(id);
    }

    synchronized Set<String> ids() {
        return known.ids();
    }

    /** The digests of the files of the watched folder that hold this plugin. */
    synchronized Set<String> fileDigests(String id) {
        return known.fileDigests(id);
    }

    synchronized Set<String> allDigests() {
        Set<String> digests = new TreeSet<>();
        ids().forEach(id -> known.of(id).forEach(one -> digests.add(one.digest())));
        return digests;
    }

    /** The ids whose archive was found broken and needs one of the given plugins. */
    synchronized Set<String> brokenFor(Set<String> needed) {
        return idsOfBroken((one, why) ->
                one.stored().info().needs().stream().map(PluginNeed::id).anyMatch(needed::contains));
    }

    /** The ids whose archive lost the name of an agent to another plugin, where that name is free by now. */
    synchronized Set<String> brokenForNames(Predicate<String> taken) {
        return idsOfBroken((one, why) -> why.takenName() != null && !taken.test(why.takenName()));
    }

    private Set<String> idsOfBroken(BiPredicate<Candidate, FailedStart> which) {
        Set<String> waiting = new TreeSet<>();
        if (broken.isEmpty()) {
            return waiting;
        }
        for (String id : ids()) {
            for (Candidate one : known.of(id)) {
                FailedStart why = broken.get(one.digest());
                if (why != null && which.test(one, why)) {
                    waiting.add(id);
                }
            }
        }
        return waiting;
    }
}
