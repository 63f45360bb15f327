package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the plugins of a new host side by side, those that are needed before those that need them, and serves all that came
 * up in one snapshot. Of two agents of one name, the plugin whose id sorts first wins.
 */
final class FirstStart {
    private static final Logger log = LoggerFactory.getLogger(FirstStart.class);

    private final Exchange exchange;
    private final Deployments deployments;
    private final Candidates candidates;
    private final PluginHostOptions options;
    private final Map<String, Generation> started = new ConcurrentHashMap<>();

    FirstStart(Exchange exchange, Deployments deployments, Candidates candidates, PluginHostOptions options) {
        this.exchange = exchange;
        this.deployments = deployments;
        this.candidates = candidates;
        this.options = options;
    }

    /** Returns what serves now. */
    List<Candidate> run() {
        Map<String, Candidate> chosen = new TreeMap<>();
        for (String id : candidates.ids()) {
            candidates.usable(id).stream().findFirst().ifPresent(best -> chosen.put(id, best));
        }
        startAll(chosen);
        Map<Generation, FailedStart> refused = deployments.first(new TreeMap<>(started).values());
        refused.forEach((generation, why) -> {
            exchange.discard(generation);
            if (!why.retried()) {
                fail(new Candidate(generation.stored(), generation.origin()), why);
            }
            started.remove(generation.ref().id());
        });
        log.info("{} plugins serve, {} do not", started.size(), chosen.size() - started.size());
        return chosen.values().stream()
                .filter(candidate -> started.containsKey(candidate.id()))
                .toList();
    }

    private void startAll(Map<String, Candidate> chosen) {
        Map<String, Candidate> rest = new TreeMap<>(chosen);
        ExecutorService hands = Executors.newFixedThreadPool(options.startThreads());
        try {
            while (!rest.isEmpty()) {
                List<Candidate> ready = rest.values().stream()
                        .filter(one ->
                                one.stored().info().needs().stream().noneMatch(need -> rest.containsKey(need.id())))
                        .toList();
                if (ready.isEmpty()) {
                    rest.values()
                            .forEach(one -> fail(
                                    one,
                                    new FailedStart("plugins " + rest.keySet() + " need each other"
                                            + " in a circle; take one need out of a manifest's Plugin-Dependencies")));
                    return;
                }
                ready.forEach(one -> rest.remove(one.id()));
                List<Future<?>> running = new ArrayList<>();
                ready.forEach(one -> running.add(hands.submit(() -> start(one))));
                for (Future<?> one : running) {
                    one.get();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException fault) {
            throw new IllegalStateException("the plugins could not be started", fault.getCause());
        } finally {
            hands.shutdown();
        }
    }

    private void start(Candidate one) {
        try {
            started.put(one.id(), exchange.startOnly(one.stored(), one.origin(), started));
        } catch (FailedStart failed) {
            fail(one, failed);
        }
    }

    private void fail(Candidate one, FailedStart why) {
        log.warn("Plugin {} ({}) does not serve: {}", one.stored().info().ref(), one.origin(), why.getMessage());
        candidates.broken(one.digest(), why.getMessage());
        deployments.failed(one.id(), one.stored().info().ref(), one.digest(), one.origin(), why.getMessage());
    }
}
