package org.copilotframework.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.core.Orchestrator;
import org.pf4j.DefaultPluginManager;

/** One JVM that loads the same folder again and again, by PF4J alone and by the orchestrator in turn: classes are there already. */
final class PluginsAgain {
    private static final int ROUNDS = 5;

    private static final AtomicInteger made = new AtomicInteger();

    private PluginsAgain() {}

    /** {@code <how many> <folder> <folder for homes>}. */
    public static void main(String[] args) throws Exception {
        Consumer<Object> note = agent -> made.incrementAndGet();
        System.getProperties().put(PluginArchives.MADE, note);
        int count = Integer.parseInt(args[0]);
        Path folder = Path.of(args[1]);
        long[] bare = new long[ROUNDS];
        long[] ours = new long[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) { // the first one loads the classes
            long pf4j = pf4j(count, folder);
            long orchestrator = orchestrator(count, folder, Path.of(args[2], "again-" + (round + 1)));
            if (round >= 0) {
                bare[round] = pf4j;
                ours[round] = orchestrator;
            }
        }
        ChildJvm.figure("pf4j", Sample.ofLongs(bare, ROUNDS, 1e6).median());
        ChildJvm.figure("ours", Sample.ofLongs(ours, ROUNDS, 1e6).median());
        System.exit(0);
    }

    private static long pf4j(int count, Path folder) throws Exception {
        made.set(0);
        long begin = System.nanoTime();
        DefaultPluginManager manager = new DefaultPluginManager(folder);
        manager.loadPlugins();
        manager.startPlugins();
        List<Agent> agents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            agents.addAll(manager.getExtensions(Agent.class, PluginArchives.id(i)));
        }
        int replies = 0;
        for (int i = 0; i < count; i++) {
            AgentRequest request =
                    AgentRequest.to(PluginArchives.agent(i)).text("hello").build();
            replies += agents.get(i).handle(request, null).text().isEmpty() ? 0 : 1;
        }
        long nanos = System.nanoTime() - begin;
        check(count, replies);
        // Not stopPlugins(): PF4J 3.15 changes the list that it walks.
        manager.unloadPlugins();
        return nanos;
    }

    /** All of it: settings, stores and workers are opened as well. */
    private static long orchestrator(int count, Path folder, Path home) {
        made.set(0);
        long begin = System.nanoTime();
        try (Orchestrator orchestrator =
                Orchestrator.builder().home(home).plugins(folder).start()) {
            Client client = orchestrator.forCaller(Caller.of("acme", "alice"));
            int replies = 0;
            for (int i = 0; i < count; i++) {
                replies +=
                        client.invoke(PluginArchives.agent(i), "hello").text().isEmpty() ? 0 : 1;
            }
            long nanos = System.nanoTime() - begin;
            check(count, replies);
            return nanos;
        }
    }

    private static void check(int count, int replies) {
        if (replies != count || made.get() != count) {
            ChildJvm.broken(count + " plugins, " + made.get() + " agents made, " + replies + " replies");
        }
    }
}
