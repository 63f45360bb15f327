package org.copilotframework.core.plugin;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.archive.PluginStore;
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
    private final ManifestTakes takes;
    private final int threads;
    private final Duration interval;
    private final Duration patience;
    private final Consumer<Set<String>> changed;
    private final WatchThread thread;

    /** What the manifest said last, by origin, and whether that is still to be taken. */
    private Map<String, Entry> wanted = Map.of();

    private boolean toTake;
    private @Nullable String tag;
    private volatile String unreadable = "";

    ManifestWatch(
            Manifest manifest,
            PluginStore store,
            Arrivals arrivals,
            PluginHostOptions options,
            Consumer<Set<String>> changed) {
        this.manifest = manifest;
        this.takes = new ManifestTakes(new ManifestCopies(manifest, store), arrivals);
        this.threads = options.startThreads();
        this.interval = options.manifestInterval();
        this.patience = options.patience();
        this.changed = changed;
        this.thread = new WatchThread("copilot-manifest", options.stopTimeout());
    }

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
        takes.expect(origin);
        return true;
    }

    /** A store of files that does not answer keeps the host waiting for no longer than a plugin may; archives take their time. */
    @Override
    public boolean lookFirst() {
        try {
            thread.once(this::read).get(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (toTake) {
                take();
                return true;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException silent) {
            unknown("the manifest '" + manifest.name() + "' was not read within " + patience.toMillis()
                    + " ms; what served before serves");
        } catch (ExecutionException fault) {
            unknown(Objects.requireNonNullElse(fault.getCause(), fault));
        } catch (RuntimeException | Error fault) {
            // It costs what the manifest names, which is no reason not to serve what is remembered.
            unknown(fault);
        }
        return false;
    }

    @Override
    public void begin() {
        thread.again(this::look, interval);
    }

    private void look() {
        try {
            read();
            if (!thread.closing() && (toTake || takes.incomplete())) {
                changed.accept(take());
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error | ExecutionException fault) {
            // A fault here must not end the watching: the executor would never call again.
            unknown(fault);
        }
    }

    private void read() {
        try {
            Optional<Manifest.Reading> reading = manifest.read(tag);
            if (reading.isPresent()) {
                Map<String, Entry> next = new TreeMap<>();
                reading.get().set().plugins().forEach((id, entry) -> next.put(origin(id), entry));
                wanted = next;
                tag = reading.get().tag();
                toTake = true;
                log.info(
                        "Revision {} of the manifest {} is read",
                        reading.get().set().revision(),
                        manifest.name());
            }
            unreadable = "";
        } catch (ManifestException nothing) {
            unknown(nothing.getMessage() + "; what serves goes on");
        }
    }

    private void unknown(Throwable fault) {
        if (thread.closing()) {
            return;
        }
        log.error("The manifest {} could not be taken in; the next look tries again", manifest.name(), fault);
        unreadable = "the manifest '" + manifest.name() + "' could not be taken in: " + Faults.brief(fault);
    }

    private void unknown(String why) {
        if (!thread.closing() && !why.equals(unreadable)) {
            log.warn("{}", why);
            unreadable = why;
        }
    }

    private Set<String> take() throws InterruptedException, ExecutionException {
        Set<String> ids = takes.take(wanted, threads);
        toTake = false;
        return ids;
    }

    @Override
    public String trouble() {
        return unreadable;
    }

    /** What is being fetched is given up. When this returns nothing touches the copies or the plugins any more. */
    @Override
    public void close() {
        takes.stop();
        thread.interrupt();
        thread.close();
    }
}
