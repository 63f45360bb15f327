package org.copilotframework.core.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
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
    private final WatchThread thread;
    private volatile boolean readable = true;

    InboxWatch(Inbox inbox, Arrivals arrivals, PluginHostOptions options, Consumer<Set<String>> changed) {
        this.inbox = inbox;
        this.arrivals = arrivals;
        this.options = options;
        this.changed = changed;
        this.thread = new WatchThread("copilot-inbox", options.stopTimeout());
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
            // Not all was looked at, so nothing counts as gone.
            readable = false;
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
        thread.again(this::look, options.pollInterval());
    }

    private void look() {
        try {
            Inbox.Look look = inbox.look(false);
            readable = true;
            Set<String> ids = new TreeSet<>();
            for (Path file : look.whole()) {
                if (thread.closing()) {
                    return;
                }
                ids.addAll(arrivals.accept(file));
            }
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
        thread.close();
    }
}
