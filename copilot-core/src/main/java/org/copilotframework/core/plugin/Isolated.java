package org.copilotframework.core.plugin;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.copilotframework.core.archive.StoredPlugin;

/** The classes of one archive in a loader of their own, for who loads plugins that bring no agents. */
public final class Isolated implements AutoCloseable {
    private final GenerationLoader loader;

    /**
     * Makes the loader. It sees of the host what a plugin with agents sees; no class is loaded yet.
     *
     * @param stored the archive's private copy
     */
    public Isolated(StoredPlugin stored) {
        this.loader = new GenerationLoader(stored.classPath(), new SharedClasses(), List.of());
    }

    /**
     * The loader.
     *
     * @return always the same
     */
    public ClassLoader loader() {
        return loader;
    }

    /**
     * Runs code of the archive on a thread of its own for a bounded time. What does not end is interrupted and left behind.
     *
     * @param name names the thread
     * @param limit how long it may take
     * @param task the code
     * @throws FailedStart if the task throws or does not end in time
     */
    public void run(String name, Duration limit, Runnable task) {
        TimeBound.run(name, limit, "copilot.plugins.start-timeout", () -> {
            Thread.currentThread().setContextClassLoader(loader);
            task.run();
        });
    }

    /** Loads no further class. Those that are loaded can be used, and are collected when nobody does. */
    @Override
    public void close() throws IOException {
        loader.close();
    }
}
