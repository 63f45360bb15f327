package org.copilotframework.core.provider;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.archive.ArchiveLimits;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.plugin.FailedStart;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider plugins of one orchestrator, from its start to its end. One that does not load harms nothing but those who need
 * it: they learn why from {@link #failures}. Safe for use by several threads.
 */
public final class ProviderPlugins implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProviderPlugins.class);

    /** Opens the store of private copies; asked for only if there is a provider to put into it. */
    @FunctionalInterface
    public interface Copies {
        /**
         * Opens the store.
         *
         * @return the store; closed with the providers
         * @throws IOException if there is no place for copies
         */
        PluginStore open() throws IOException;
    }

    private final Duration limit;
    private final List<String> unreadable;
    private @Nullable PluginStore store;

    /** These two are guarded by this. */
    private final List<LoadedProvider> loaded = new ArrayList<>();

    private final List<PluginStatus> failed = new ArrayList<>();

    private ProviderPlugins(Duration limit, List<String> unreadable) {
        this.limit = limit;
        this.unreadable = unreadable;
    }

    /**
     * Finds and loads all providers, side by side. Of several versions of one, the highest that can be loaded is.
     *
     * @param folder the folder of plugins, or null for none
     * @param bundled archives that come with the application
     * @param limits how large an archive may be
     * @param copies where private copies are
     * @param limit how long the code of one may take to be loaded, constructed and described
     * @return the providers
     * @throws IOException if there is no place for copies
     */
    public static ProviderPlugins open(
            @Nullable Path folder, List<Path> bundled, ArchiveLimits limits, Copies copies, Duration limit)
            throws IOException {
        ProviderSearch search = ProviderSearch.of(folder, bundled, limits);
        ProviderPlugins plugins = new ProviderPlugins(limit, search.unreadable());
        if (!search.archives().isEmpty()) {
            PluginStore store = copies.open();
            plugins.store = store;
            Collection<List<Offer>> offers = search.accept(store, plugins.failed);
            try {
                plugins.loadSideBySide(offers);
            } catch (RuntimeException | Error fault) {
                plugins.close();
                throw fault;
            }
        }
        return plugins;
    }

    /**
     * No providers, where there are no plugins.
     *
     * @return providers of which there are none
     */
    public static ProviderPlugins none() {
        return new ProviderPlugins(Duration.ZERO, List.of());
    }

    private void loadSideBySide(Collection<List<Offer>> plugins) {
        // As many threads as plugins: those that hang must not keep the others waiting for longer than they do anyway.
        ExecutorService hands = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(null, task, "copilot-providers", 0, false);
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletableFuture.allOf(plugins.stream()
                            .map(versions -> CompletableFuture.runAsync(() -> loadBest(versions), hands))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } finally {
            hands.shutdown();
        }
    }

    private void loadBest(List<Offer> versions) {
        boolean found = false;
        for (Offer one : versions) {
            if (found) {
                one.close();
                continue;
            }
            try {
                LoadedProvider provider = LoadedProvider.load(one, limit);
                synchronized (this) {
                    loaded.add(provider);
                }
                found = true;
                log.info("Provider {} is loaded, from {}", one.ref(), one.origin());
            } catch (FailedStart why) {
                fail(one, why);
            }
        }
    }

    private synchronized void fail(Offer one, FailedStart why) {
        log.warn("Provider {} ({}) is not loaded: {}", one.ref(), one.origin(), why.getMessage());
        failed.add(one.status(PluginState.FAILED, why.getMessage()));
        one.close();
    }

    /**
     * The providers of one kind. A plugin of which one does not say what it is has failed as a whole.
     *
     * @param spi the interface that they implement
     * @param described asks one what it is; bounded in time
     * @param <S> the interface
     * @param <D> what it says
     * @return the providers, in the order of their plugins' ids
     */
    public synchronized <S, D> List<Provided<S, D>> of(Class<S> spi, Function<S, D> described) {
        List<Provided<S, D>> found = new ArrayList<>();
        loaded.sort((one, other) ->
                one.offer().ref().id().compareTo(other.offer().ref().id()));
        for (LoadedProvider one : List.copyOf(loaded)) {
            try {
                found.addAll(one.of(spi, described, limit));
            } catch (FailedStart why) {
                loaded.remove(one);
                one.close();
                fail(one.offer(), why);
            }
        }
        return found;
    }

    /**
     * How the providers are: each that is loaded, and each archive that was found and failed.
     *
     * @return their statuses; those of one id may be several
     */
    public synchronized List<PluginStatus> statuses() {
        List<PluginStatus> statuses = new ArrayList<>();
        loaded.forEach(one -> statuses.add(one.offer().status(PluginState.SERVING, "")));
        statuses.addAll(failed);
        return statuses;
    }

    /**
     * Why what could have been a provider is none.
     *
     * @return sentences, each with its archive
     */
    public synchronized List<String> failures() {
        List<String> words = new ArrayList<>();
        failed.forEach(one -> words.add(one.id() + " " + one.version() + " (" + one.origin() + "): " + one.reason()));
        words.addAll(unreadable);
        return words;
    }

    /** Closes the loaders. To be called when nothing that a provider opened is in use any more. May be called more than once. */
    @Override
    public synchronized void close() {
        loaded.forEach(LoadedProvider::close);
        loaded.clear();
        PluginStore last = store;
        store = null;
        if (last != null) {
            try {
                last.close();
            } catch (IOException e) {
                log.warn("The copies of provider plugins could not be deleted: {}", e.toString());
            }
        }
    }
}
