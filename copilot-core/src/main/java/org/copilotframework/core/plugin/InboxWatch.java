package org.copilotframework.core.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts what the watched folder holds and tells which plugins may have to be served differently. */
final class InboxWatch implements Source {
    private static final Logger log = LoggerFactory.getLogger(InboxWatch.class);

    private final Inbox inbox;
    private final Arrivals arrivals;
    private final PluginHostOptions options;
    private final Consumer<Set<String>> changed;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(null, task, "copilot-inbox", 0, false);
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean readable = true;

    InboxWatch(Inbox inbox, Arrivals arrivals, PluginHostOptions options, Consumer<Set<String>> changed) {
        this.inbox = inbox;
        this.arrivals = arrivals;
        this.options = options;
        this.changed = changed;
    }

    @Override
    public String name() {
        return inbox.name();
    }

    @Override
    public boolean saysAll() {
        return false;
    }

    @Override
    public boolean mayHold(String origin) {
        return inbox.mayHold(origin);
    }

    @Override
    public boolean lookFirst() {
        try {
            List<Path> files = inbox.look(true).whole();
            readable = true;
            SideBySide.run(
                    options.startThreads(),
                    files.stream()
                            .<Runnable>map(file -> () -> arrivals.accept(file))
                            .toList());
        } catch (IOException e) {
            unreadable(e);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException fault) {
            log.error("A file of the watched folder could not be taken in", fault.getCause());
        } catch (RuntimeException | Error fault) {
            // It costs what lies in the folder, which is no reason not to serve the rest.
            log.error("The watched folder could not be taken in", fault);
            readable = false;
        }
        return readable;
    }

    @Override
    public void begin() {
        long interval = options.pollInterval().toNanos();
        clock.scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.NANOSECONDS);
    }

    private void look() {
        try {
            Inbox.Look look = inbox.look(false);
            readable = true;
            Set<String> ids = new TreeSet<>();
            look.whole().forEach(file -> ids.addAll(arrivals.accept(file)));
            look.gone().forEach(name -> ids.addAll(arrivals.gone(name)));
            changed.accept(ids);
        } catch (IOException e) {
            unreadable(e);
        } catch (RuntimeException | Error fault) {
            // A fault here must not end the watching: the executor would never call again.
            log.error("The watched folder could not be taken in; the next look tries again", fault);
        }
    }

    private void unreadable(IOException e) {
        if (readable) {
            log.warn("The watched folder cannot be read; what serves goes on: {}", e.toString());
            readable = false;
        }
    }

    @Override
    public String trouble() {
        return readable ? "" : "the watched folder " + inbox.name() + " cannot be read; what serves goes on";
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
