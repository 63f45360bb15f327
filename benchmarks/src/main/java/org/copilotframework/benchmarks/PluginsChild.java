package org.copilotframework.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.core.Orchestrator;
import org.jspecify.annotations.Nullable;
import org.pf4j.DefaultPluginManager;

/** In a fresh JVM: loads a folder of plugins and calls each once, by PF4J alone or by the orchestrator. */
final class PluginsChild {
    private static final int BATCH = 20_000;
    private static final int BATCHES = 100;

    private static final AtomicInteger made = new AtomicInteger();
    private static final AtomicLong firstMade = new AtomicLong();
    private static final AtomicLong lastMade = new AtomicLong();

    private PluginsChild() {}

    /** {@code pf4j <how many> <folder>} or {@code ours <how many> <folder> <home>}. */
    public static void main(String[] args) throws Exception {
        Consumer<Object> note = agent -> {
            long now = System.nanoTime();
            firstMade.compareAndSet(0, now);
            lastMade.accumulateAndGet(now, Math::max);
            made.incrementAndGet();
        };
        System.getProperties().put(PluginArchives.MADE, note);
        processor();
        int count = Integer.parseInt(args[1]);
        if (args[0].equals("pf4j")) {
            pf4j(count, Path.of(args[2]));
        } else {
            ours(count, Path.of(args[2]), Path.of(args[3]));
        }
        System.exit(0);
    }

    private static void pf4j(int count, Path folder) throws Exception {
        long cpu = processor();
        long begin = System.nanoTime();
        DefaultPluginManager manager = new DefaultPluginManager(folder);
        manager.loadPlugins();
        long loaded = System.nanoTime();
        manager.startPlugins();
        long started = System.nanoTime();
        List<Agent> agents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            agents.addAll(manager.getExtensions(Agent.class, PluginArchives.id(i)));
        }
        long found = System.nanoTime();
        int replies = 0;
        for (int i = 0; i < count; i++) {
            AgentRequest request =
                    AgentRequest.to(PluginArchives.agent(i)).text("hello").build();
            replies += agents.get(i).handle(request, null).text().isEmpty() ? 0 : 1;
        }
        long called = System.nanoTime();
        millis("cpu", cpu, processor());
        check(count, replies);
        millis("load", begin, loaded);
        millis("start", loaded, started);
        millis("extensions", started, found);
        millis("call", found, called);
        millis("total", begin, called);
    }

    private static void ours(int count, Path folder, Path home) {
        long cpu = processor();
        long begin = System.nanoTime();
        Opened opened = new Opened();
        try (Orchestrator orchestrator =
                Orchestrator.builder().home(home).plugins(folder).agent(opened).start()) {
            long ready = System.nanoTime();
            Client client = orchestrator.forCaller(Caller.of("acme", "alice"));
            int replies = callAll(client, count).size();
            long called = System.nanoTime();
            millis("cpu", cpu, processor());
            check(count, replies);
            millis("open", begin, opened.at);
            millis("accept", opened.at, firstMade.get());
            millis("start", firstMade.get(), lastMade.get());
            millis("publish", lastMade.get(), ready);
            millis("call", ready, called);
            millis("total", begin, called);
            lookUps(orchestrator, client.onCallerThread());
            reloadOne(orchestrator, client, count);
        }
    }

    /** What the process has spent, compilation and garbage collection included: disturbed less by what else runs here. */
    private static long processor() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static List<String> callAll(Client client, int count) {
        List<String> replies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replies.add(client.invoke(PluginArchives.agent(i), "hello").text());
        }
        return replies;
    }

    private static void check(int count, int replies) {
        if (replies != count || made.get() != count) {
            ChildJvm.broken(count + " plugins, " + made.get() + " agents made, " + replies + " replies");
        }
    }

    private static void lookUps(Orchestrator orchestrator, Client client) {
        String name = PluginArchives.agent(0);
        long[] finds = new long[BATCHES];
        long[] calls = new long[BATCHES];
        long seen = 0;
        AgentRequest request = AgentRequest.to(name).text("hello").build();
        for (int batch = 0; batch < BATCHES; batch++) {
            long start = System.nanoTime();
            for (int i = 0; i < BATCH; i++) {
                seen += orchestrator.agents().find(name).isPresent() ? 1 : 0;
            }
            long between = System.nanoTime();
            for (int i = 0; i < BATCH; i++) {
                seen += client.invoke(request).message().weight();
            }
            calls[batch] = System.nanoTime() - between;
            finds[batch] = between - start;
        }
        if (seen == 0) {
            ChildJvm.broken("no agent was found");
        }
        // The first half warms up; of the rest, the tenth that was disturbed least by what else runs here.
        ChildJvm.figure("find", half(finds).at(0.1));
        ChildJvm.figure("oneCall", half(calls).at(0.1));
    }

    private static Sample half(long[] batches) {
        long[] last = new long[BATCHES / 2];
        System.arraycopy(batches, BATCHES - last.length, last, 0, last.length);
        return Sample.ofLongs(last, last.length, BATCH);
    }

    private static void reloadOne(Orchestrator orchestrator, Client client, int count) {
        List<String> before = callAll(client, count);
        int madeBefore = made.get();
        int one = count / 2;
        long start = System.nanoTime();
        orchestrator.plugins().reload(PluginArchives.id(one));
        ChildJvm.figure("reload", (System.nanoTime() - start) / 1e6);
        List<String> after = callAll(client, count);
        int changed = 0;
        for (int i = 0; i < count; i++) {
            changed += i != one && !after.get(i).equals(before.get(i)) ? 1 : 0;
        }
        int more = made.get() - madeBefore;
        if (changed != 0 || more != 1 || after.get(one).equals(before.get(one))) {
            ChildJvm.broken("the reload of one of " + count + " made " + more + " agents and changed " + changed
                    + " other plugins");
        }
        ChildJvm.figure("changed", changed);
    }

    private static void millis(String name, long from, long to) {
        ChildJvm.figure(name, (to - from) / 1e6);
    }

    /** The application's own agent is started when settings and stores are open and no plugin has been looked at. */
    @AgentInfo(name = "opened")
    private static final class Opened implements Agent {
        private long at;

        @Override
        public void start(PluginContext plugin) {
            at = System.nanoTime();
        }

        @Override
        public AgentReply handle(AgentRequest request, @Nullable AgentContext context) {
            return AgentReply.text("opened");
        }
    }
}
