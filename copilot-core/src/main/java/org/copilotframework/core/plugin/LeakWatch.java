package org.copilotframework.core.plugin;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.UncollectedPlugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the loaders of unloaded generations until they are collected, and looks for what holds them: threads and management
 * beans can be seen. Shutdown hooks, static fields of other classes, thread locals and virtual threads cannot: of these is said
 * that there must be one, once the classes have outlived collections that would have taken them.
 */
final class LeakWatch {
    private static final Logger log = LoggerFactory.getLogger(LeakWatch.class);

    /** One such collection may have come by just while somebody was still at work on taking the generation down. */
    private static final int OUTLIVED = 2;

    private static final String UNSEEN =
            "something that cannot be seen, such as a shutdown hook, a static field of a class"
                    + " outside the plugin, a thread local or a virtual thread";

    private static final class Watched {
        private final PluginRef plugin;
        private final Instant unloaded = Instant.now();
        private final WeakReference<ClassLoader> loader;
        private Canary canary = new Canary();
        private int outlived;
        private volatile boolean givenUp;

        Watched(PluginRef plugin, ClassLoader loader) {
            this.plugin = plugin;
            this.loader = new WeakReference<>(loader);
        }

        /** Null once it is collected. */
        synchronized @Nullable UncollectedPlugin look() {
            // Before the loader is held by this very method.
            if (outlived < OUTLIVED && canary.dead()) {
                outlived++;
                canary = new Canary();
            }
            ClassLoader still = loader.get();
            if (still == null) {
                return null;
            }
            List<String> causes = causes(still);
            if (causes.isEmpty() && outlived == OUTLIVED) {
                causes = List.of(UNSEEN);
            }
            return new UncollectedPlugin(plugin, unloaded, causes);
        }

        boolean collected() {
            return loader.get() == null;
        }
    }

    private final List<Watched> watched = new CopyOnWriteArrayList<>();

    /** Begins to watch, and tells in the log at once what the generation left behind. */
    void unloaded(PluginRef plugin, ClassLoader loader) {
        watched.removeIf(Watched::collected);
        watched.add(new Watched(plugin, loader));
        List<String> causes = causes(loader);
        if (!causes.isEmpty()) {
            log.warn(
                    "Plugin {} was unloaded, but left behind what keeps its classes in memory: {}. It should end these in"
                            + " stop()",
                    plugin,
                    String.join("; ", causes));
        }
    }

    /** Whether a generation of the plugin is still in memory that nobody has given up. */
    boolean inMemory(String id) {
        return of(id).anyMatch(one -> !one.givenUp && !one.collected());
    }

    /** What is in memory of the plugin now has been waited for, and is not waited for again. */
    void giveUp(String id) {
        of(id).forEach(one -> one.givenUp = true);
    }

    private Stream<Watched> of(String id) {
        return watched.stream().filter(one -> one.plugin.id().equals(id));
    }

    /** Those that are still in memory. */
    List<UncollectedPlugin> uncollected() {
        List<UncollectedPlugin> still = new ArrayList<>();
        for (Watched one : watched) {
            UncollectedPlugin seen = one.look();
            if (seen == null) {
                watched.remove(one);
            } else {
                still.add(seen);
            }
        }
        return still;
    }

    /** By the thread groups, which unlike stack traces need no thread to stop. Virtual threads are not among them. */
    private static List<Thread> threads() {
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        while (top.getParent() != null) {
            top = top.getParent();
        }
        Thread[] some = new Thread[top.activeCount() + 64];
        int found = top.enumerate(some);
        while (found == some.length) {
            some = new Thread[some.length * 2];
            found = top.enumerate(some);
        }
        return Arrays.asList(some).subList(0, found);
    }

    @SuppressWarnings("ReferenceEquality") // Of interest is this very loader.
    private static List<String> causes(ClassLoader loader) {
        List<String> causes = new ArrayList<>();
        for (Thread thread : threads()) {
            if (thread.getContextClassLoader() == loader || thread.getClass().getClassLoader() == loader) {
                causes.add("thread '" + thread.getName() + "'");
            }
        }
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : beans.queryNames(null, null)) {
            try {
                if (beans.getClassLoaderFor(name) == loader) {
                    causes.add("management bean '" + name + "'");
                }
            } catch (InstanceNotFoundException gone) {
                log.trace("Management bean {} went away while it was looked at", name);
            }
        }
        return causes;
    }
}
