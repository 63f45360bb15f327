package org.copilotframework.core.plugin;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.fleet.Manifest;
import org.copilotframework.core.fleet.ManifestException;
import org.copilotframework.core.fleet.PluginSet.Entry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts what the manifest names and tells which plugins may have to be served differently. A manifest that cannot be read
 * changes nothing: what serves goes on, and what served before a restart serves again. So does one that is not there.
 */
final class ManifestWatch implements Source {
    private static final Logger log = LoggerFactory.getLogger(ManifestWatch.class);

    private final Manifest manifest;
    private final ManifestCopies copies;
    private final Arrivals arrivals;
    private final int threads;
    private final Duration interval;
    private final Consumer<Set<String>> changed;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(null, task, "copilot-manifest", 0, false);
        thread.setDaemon(true);
        return thread;
    });

    /** The origins that stand for a plugin by now. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** What was taken from the manifest, by origin. */
    private final Map<String, Entry> taken = new ConcurrentHashMap<>();

    /** What could not be had, by origin. */
    private final Map<String, Miss> missing = new ConcurrentHashMap<>();

    private Map<String, Entry> wanted = Map.of();
    private @Nullable String tag;
    private volatile String unreadable = "";

    ManifestWatch(
            Manifest manifest,
            PluginStore store,
            Arrivals arrivals,
            PluginHostOptions options,
            Consumer<Set<String>> changed) {
        this.manifest = manifest;
        this.copies = new ManifestCopies(manifest, store);
        this.arrivals = arrivals;
        this.threads = options.startThreads();
        this.interval = options.manifestInterval();
        this.changed = changed;
    }

    /** What could not be had, which archive it was if there was one, and why. */
    private record Miss(Entry entry, Optional<String> tag, String why) {}

    @Override
    public String name() {
        return name(manifest);
    }

    static String name(Manifest manifest) {
        return "manifest " + manifest.name();
    }

    @Override
    public boolean saysAll() {
        return true;
    }

    /** Each plugin has a name of its own, so that one archive takes the place of another whatever their versions. */
    private String origin(String id) {
        return manifest.name() + "#" + id;
    }

    @Override
    public boolean mayHold(String origin) {
        told.add(origin);
        return true;
    }

    @Override
    public boolean lookFirst() {
        try {
            if (read()) {
                take();
                return true;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error | ExecutionException fault) {
            // It costs what the manifest names, which is no reason not to serve what is remembered.
            unknown(fault);
        }
        return false;
    }

    @Override
    public void begin() {
        clock.scheduleWithFixedDelay(this::look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        try {
            if (read()) {
                changed.accept(take());
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error | ExecutionException fault) {
            // A fault here must not end the watching: the executor would never call again.
            unknown(fault);
        }
    }

    /** Whether something is to be taken, or was not to be had at the last look. */
    private boolean read() {
        try {
            Optional<Manifest.Reading> reading = manifest.read(tag);
            if (reading.isPresent()) {
                Map<String, Entry> next = new TreeMap<>();
                reading.get().set().plugins().forEach((id, entry) -> next.put(origin(id), entry));
                wanted = next;
                tag = reading.get().tag();
                log.info(
                        "Revision {} of the manifest {} is read",
                        reading.get().set().revision(),
                        manifest.name());
            }
            unreadable = "";
            return reading.isPresent() || !missing.isEmpty();
        } catch (ManifestException nothing) {
            unknown(nothing.getMessage() + "; what serves goes on");
            return false;
        }
    }

    private void unknown(Throwable fault) {
        log.error("The manifest {} could not be taken in; the next look tries again", manifest.name(), fault);
        tag = null;
        unreadable = "the manifest '" + manifest.name() + "' could not be taken in: " + Faults.brief(fault);
    }

    private void unknown(String why) {
        if (!why.equals(unreadable)) {
            log.warn("{}", why);
            unreadable = why;
        }
    }

    /** Brings what could serve in line with the manifest, and gives the ids that may be served differently now. */
    private Set<String> take() throws InterruptedException, ExecutionException {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        Map<String, Entry> news = new HashMap<>(wanted);
        news.entrySet().removeIf(one -> one.getValue().equals(taken.get(one.getKey())));
        List<Runnable> all = news.entrySet().stream()
                .<Runnable>map(one -> () -> ids.addAll(take(one.getKey(), one.getValue())))
                .toList();
        SideBySide.run(threads, all);
        for (String gone : new TreeSet<>(told)) {
            if (!wanted.containsKey(gone)) {
                told.remove(gone);
                taken.remove(gone);
                missing.remove(gone);
                ids.addAll(arrivals.gone(gone));
            }
        }
        return ids;
    }

    private Set<String> take(String origin, Entry entry) {
        told.add(origin);
        Miss before = missing.get(origin);
        Optional<String> tag = Optional.empty();
        try {
            tag = copies.tagOf(entry);
            if (before != null
                    && before.entry().equals(entry)
                    && tag.isPresent()
                    && before.tag().equals(tag)) {
                return Set.of(); // It was found bad, and nobody has put another archive there.
            }
            Set<String> ids = arrivals.took(origin, copies.of(entry));
            missing.remove(origin);
            taken.put(origin, entry);
            return ids;
        } catch (RefusedArchiveException refused) {
            return missed(origin, new Miss(entry, tag, String.join("; ", refused.problems())));
        } catch (IOException | CopilotException unreachable) {
            String words = unreachable instanceof CopilotException ? unreachable.getMessage() : unreachable.toString();
            String why = "its archive " + entry.archive() + " cannot be fetched, which is tried again: " + words;
            return missed(origin, new Miss(entry, Optional.empty(), why));
        }
    }

    private Set<String> missed(String origin, Miss miss) {
        taken.remove(origin);
        return miss.equals(missing.put(origin, miss))
                ? Set.of()
                : arrivals.refused(origin, miss.entry().ref(), miss.entry().digest(), miss.why());
    }

    @Override
    public String trouble() {
        return unreadable;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
