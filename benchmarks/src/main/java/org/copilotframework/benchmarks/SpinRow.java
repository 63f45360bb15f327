package org.copilotframework.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.Orchestrator;
import org.jspecify.annotations.Nullable;

/** Twice as many spinning agents as cores: what still answers, and how fast; in a JVM of its own. */
final class SpinRow {
    private static final int SPINNERS = 2 * Runtime.getRuntime().availableProcessors();
    private static final int ROUNDS = Integer.getInteger("rounds", 5);
    private static final int CALLS = 50;
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final AtomicInteger spinning = new AtomicInteger();

    private SpinRow() {}

    /** Computes until its call is cancelled, and says that it mostly waits. */
    @AgentInfo(name = "spin")
    static final class Spin implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            spinning.incrementAndGet();
            try {
                while (!context.cancelled()) {
                    Thread.onSpinWait();
                }
                return AgentReply.text("dizzy");
            } finally {
                spinning.decrementAndGet();
            }
        }
    }

    /** The same, but honest. */
    @AgentInfo(name = "spin-cpu", execution = Execution.CPU)
    static final class SpinCpu implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return new Spin().handle(request, context);
        }
    }

    /** The second agent. */
    @AgentInfo(name = "other")
    static final class Other implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.text("here");
        }
    }

    /** One thing that must still answer. */
    private interface Probe {
        void run();
    }

    public static void main(String[] args) throws Exception {
        Path home = Files.createTempDirectory("copilot-benchmark-");
        try (Orchestrator orchestrator = Orchestrator.builder()
                .home(home)
                // As many calls of one agent as spin, and none that wait: the next one is shed.
                .setting("copilot.invoke.agent-concurrency", Integer.toString(SPINNERS))
                .setting("copilot.invoke.queue", "0")
                .agent(new Spin())
                .agent(new SpinCpu())
                .agent(new Other())
                .start()) {
            Client client = orchestrator.forCaller(Caller.of("acme", "alice"));
            System.out.println(SPINNERS + " agents that spin, " + ROUNDS + " rounds of " + CALLS
                    + " probes; us: median, p99, longest, and the first probe of a round at its longest");
            for (String spinner : List.of("spin", "spin-cpu")) {
                measure(orchestrator, client, spinner);
            }
        } finally {
            PluginArchives.delete(home);
        }
        System.exit(0);
    }

    private static void measure(Orchestrator orchestrator, Client client, String spinner) throws Exception {
        Map<String, Probe> probes = new LinkedHashMap<>();
        probes.put("second agent", () -> client.invoke("other", "hello"));
        probes.put("health", orchestrator::health);
        probes.put("refusal", () -> shed(client, spinner));
        Map<String, List<Double>> calm = new LinkedHashMap<>();
        Map<String, List<Double>> busy = new LinkedHashMap<>();
        Map<String, List<Double>> first = new LinkedHashMap<>();
        List<Double> ends = new ArrayList<>();
        for (int round = -1; round < ROUNDS; round++) {
            Map<String, List<Double>> unused = new LinkedHashMap<>();
            boolean warmUp = round < 0;
            for (String name : List.of("second agent", "health")) {
                probe(name, probes.get(name), warmUp ? unused : calm, unused);
            }
            List<Run> runs = new ArrayList<>();
            for (int i = 0; i < SPINNERS; i++) {
                runs.add(client.submit(AgentRequest.to(spinner).text("go").build()));
            }
            probes.forEach((name, probe) -> probe(name, probe, warmUp ? unused : busy, warmUp ? unused : first));
            long start = System.nanoTime();
            runs.forEach(run -> run.cancel("the round is over"));
            while (spinning.get() > 0 && System.nanoTime() - start < PATIENCE_NANOS) {
                Thread.sleep(1);
            }
            ends.add((System.nanoTime() - start) / 1e6);
            if (spinning.get() > 0) {
                ChildJvm.broken(spinning.get() + " agents still spin after their cancellation");
                return;
            }
            // Their permits come back once they have left.
            Thread.sleep(50);
        }
        for (String name : probes.keySet()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-9s %-13s calm %-28s spinning %-34s first %.0f%n",
                    spinner,
                    name,
                    show(calm.get(name)),
                    show(busy.get(name)),
                    Sample.of(first.getOrDefault(name, List.of(Double.NaN))).max());
        }
        System.out.printf(
                Locale.ROOT,
                "%-9s all ended %s ms after their cancellation%n",
                spinner,
                Sample.of(ends).show("%.0f"));
    }

    private static String show(@Nullable List<Double> figures) {
        if (figures == null) {
            return "-";
        }
        Sample sample = Sample.of(figures);
        return String.format(Locale.ROOT, "%.0f, %.0f, %.0f", sample.median(), sample.at(0.99), sample.max());
    }

    private static void probe(
            String name, Probe probe, Map<String, List<Double>> into, Map<String, List<Double>> first) {
        for (int i = 0; i < CALLS; i++) {
            long start = System.nanoTime();
            try {
                probe.run();
            } catch (CopilotException failure) {
                ChildJvm.broken(name + " while agents spin: " + failure);
            }
            double micros = (System.nanoTime() - start) / 1e3;
            into.computeIfAbsent(name, any -> new ArrayList<>()).add(micros);
            if (i == 0) {
                first.computeIfAbsent(name, any -> new ArrayList<>()).add(micros);
            }
        }
    }

    private static void shed(Client client, String spinner) {
        try {
            client.submit(AgentRequest.to(spinner).text("one more").build());
        } catch (CopilotException refusal) {
            if (refusal.code() == ErrorCode.UNAVAILABLE || refusal.code() == ErrorCode.QUOTA_EXCEEDED) {
                return;
            }
            throw refusal;
        }
        throw new IllegalStateException("a call beyond the limit was not refused");
    }
}
