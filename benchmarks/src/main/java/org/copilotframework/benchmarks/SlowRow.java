package org.copilotframework.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.Orchestrator;

/** 10,000 runs at once of an agent that sleeps for a second; in a JVM of its own. */
final class SlowRow {
    private static final int RUNS = 10_000;
    private static final int ROUNDS = Integer.getInteger("rounds", 5);
    private static final long GOAL_MILLIS = 3_000;

    private SlowRow() {}

    /** Sleeps. */
    @AgentInfo(name = "sleep")
    static final class Sleep implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws InterruptedException {
            Thread.sleep(1_000);
            return AgentReply.text("awake");
        }
    }

    public static void main(String[] args) throws Exception {
        Path home = Files.createTempDirectory("copilot-benchmark-");
        List<Double> seconds = new ArrayList<>();
        List<Double> heaps = new ArrayList<>();
        try (Orchestrator orchestrator =
                Orchestrator.builder().home(home).agent(new Sleep()).start()) {
            Client client = orchestrator.forCaller(Caller.of("acme", "alice"));
            for (int round = 0; round < ROUNDS; round++) {
                System.gc();
                round(client, seconds, heaps);
            }
        } finally {
            PluginArchives.delete(home);
        }
        double median = Sample.of(seconds).median();
        boolean virtual = Runtime.version().feature() >= 21;
        System.out.printf(
                Locale.ROOT,
                "all done: %s s; heap with all at work, after GC: %s MiB; -Xmx512m%s%n",
                Sample.of(seconds).show("%.2f"),
                Sample.of(heaps).show("%.0f"),
                virtual
                        ? "; goal 3 s: " + (median * 1e3 <= GOAL_MILLIS ? "met" : "MISSED")
                        : "; no virtual threads here: bounded queueing, then refusals");
        System.exit(0);
    }

    private static void round(Client client, List<Double> seconds, List<Double> heaps) throws Exception {
        List<Run> runs = new ArrayList<>();
        Map<ErrorCode, Integer> refused = new TreeMap<>();
        Map<String, Integer> ended = new TreeMap<>();
        ManagementFactory.getThreadMXBean().resetPeakThreadCount();
        AgentRequest request = AgentRequest.to("sleep").text("hello").build();
        long start = System.nanoTime();
        for (int i = 0; i < RUNS; i++) {
            try {
                runs.add(client.submit(request));
            } catch (CopilotException refusal) {
                refused.merge(refusal.code(), 1, Integer::sum);
            }
        }
        double submitted = (System.nanoTime() - start) / 1e9;
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        heaps.add((runtime.totalMemory() - runtime.freeMemory()) / (double) (1 << 20));
        for (Run run : runs) {
            try {
                run.reply().toCompletableFuture().join();
                ended.merge("replied", 1, Integer::sum);
            } catch (CompletionException failure) {
                ended.merge(String.valueOf(failure.getCause()), 1, Integer::sum);
            }
        }
        seconds.add((System.nanoTime() - start) / 1e9);
        System.out.printf(
                Locale.ROOT,
                "%d submitted in %.2f s: %s, refused %s; all done after %.2f s; %d platform threads at most%n",
                RUNS,
                submitted,
                ended,
                refused,
                seconds.get(seconds.size() - 1),
                ManagementFactory.getThreadMXBean().getPeakThreadCount());
        refused.keySet().removeAll(List.of(ErrorCode.UNAVAILABLE, ErrorCode.QUOTA_EXCEEDED));
        if (!refused.isEmpty() || !ended.keySet().equals(Set.of("replied"))) {
            ChildJvm.broken("runs ended otherwise than replied or refused as unavailable: " + ended + " " + refused);
        }
        if (Runtime.version().feature() >= 21 && runs.size() != RUNS) {
            ChildJvm.broken((RUNS - runs.size()) + " runs were refused although this JVM has virtual threads");
        }
    }
}
