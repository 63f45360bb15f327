package org.copilotframework.core.plugin;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.fleet.PluginSet.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was taken from the manifest, and what could not be had. Plugins are named by their origins. */
final class ManifestTakes {
    private static final Logger log = LoggerFactory.getLogger(ManifestTakes.class);

    private final ManifestCopies copies;
    private final Arrivals arrivals;

    /** Those that stand for a plugin by now, with an archive or without. */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    private final Map<String, Entry> taken = new ConcurrentHashMap<>();
    private final Map<String, Miss> missing = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /** What could not be had, which archive it was if one lay there, and why. */
    private record Miss(Entry entry, Optional<String> tag, String why) {}

    ManifestTakes(ManifestCopies copies, Arrivals arrivals) {
        this.copies = copies;
        this.arrivals = arrivals;
    }

    /** Notes what served before the last stop. */
    void expect(String origin) {
        known.add(origin);
    }

    /** Whether something could not be had, and should be tried again. */
    boolean incomplete() {
        return !missing.isEmpty();
    }

    /** From now on nothing is taken, and what is given up because of that is no fault. */
    void stop() {
        stopped = true;
    }

    /**
     * Brings what could serve in line with the manifest.
     *
     * @param wanted all that it names
     * @param threads how many archives are fetched side by side
     * @return the ids that may be served differently now
     */
    Set<String> take(Map<String, Entry> wanted, int threads) throws InterruptedException, ExecutionException {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        Map<String, Entry> news = new HashMap<>(wanted);
        news.entrySet().removeIf(one -> one.getValue().equals(taken.get(one.getKey())));
        List<Runnable> all = news.entrySet().stream()
                .<Runnable>map(one -> () -> ids.addAll(take(one.getKey(), one.getValue())))
                .toList();
        SideBySide.run(threads, all);
        if (stopped) {
            return Set.of();
        }
        for (String gone : new TreeSet<>(known)) {
            if (!wanted.containsKey(gone)) {
                known.remove(gone);
                taken.remove(gone);
                missing.remove(gone);
                ids.addAll(arrivals.gone(gone));
            }
        }
        return ids;
    }

    private Set<String> take(String origin, Entry entry) {
        if (stopped) {
            return Set.of();
        }
        known.add(origin);
        Optional<String> tag = Optional.empty();
        try {
            tag = copies.tagOf(entry);
            if (knownAsBad(origin, entry, tag)) {
                return Set.of();
            }
            Set<String> ids = arrivals.took(origin, copies.of(entry));
            missing.remove(origin);
            taken.put(origin, entry);
            return ids;
        } catch (RefusedArchiveException refused) {
            return missed(origin, new Miss(entry, tag, String.join("; ", refused.problems())));
        } catch (IOException | CopilotException unreachable) {
            return missed(origin, new Miss(entry, Optional.empty(), notHad(entry, unreachable)));
        } catch (RuntimeException | Error fault) {
            // One archive, whatever it holds, keeps no other from being taken.
            if (!stopped) {
                log.error("{} could not be taken in", origin, fault);
            }
            return missed(origin, new Miss(entry, Optional.empty(), notHad(entry, fault)));
        }
    }

    /** Whether it was found bad, and nobody has put another archive there. */
    private boolean knownAsBad(String origin, Entry entry, Optional<String> tag) {
        Miss before = missing.get(origin);
        return before != null
                && before.entry().equals(entry)
                && tag.isPresent()
                && before.tag().equals(tag);
    }

    private static String notHad(Entry entry, Throwable fault) {
        String words = fault instanceof CopilotException ? String.valueOf(fault.getMessage()) : Faults.brief(fault);
        return "its archive " + entry.archive() + " cannot be fetched, which is tried again: " + words;
    }

    /** Tells it once. */
    private Set<String> missed(String origin, Miss miss) {
        if (stopped) {
            return Set.of();
        }
        taken.remove(origin);
        return miss.equals(missing.put(origin, miss))
                ? Set.of()
                : arrivals.refused(origin, miss.entry().ref(), miss.entry().digest(), miss.why());
    }
}
