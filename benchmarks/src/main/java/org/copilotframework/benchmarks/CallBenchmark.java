package org.copilotframework.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.core.Orchestrator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One call of an agent that returns at once; each way makes its request, as a caller would. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallBenchmark {
    /** Returns at once, always the same reply, so that what is allocated is not the agent's. */
    @AgentInfo(name = "instant")
    public static final class Instant implements Agent {
        private static final AgentReply REPLY = AgentReply.text("ok");

        @Override
        public AgentReply handle(AgentRequest request, @Nullable AgentContext context) {
            return REPLY;
        }
    }

    /** The same on the pool for agents that compute. */
    @AgentInfo(name = "instant-cpu", execution = Execution.CPU)
    public static final class InstantCpu implements Agent {
        private static final AgentReply REPLY = AgentReply.text("ok");

        @Override
        public AgentReply handle(AgentRequest request, @Nullable AgentContext context) {
            return REPLY;
        }
    }

    private final Agent agent = new Instant();
    private @Nullable Path home;
    private @Nullable Orchestrator orchestrator;
    private @Nullable Client handedOver;
    private @Nullable Client onCallerThread;

    /**
     * Starts an orchestrator with all in memory.
     *
     * @throws java.io.IOException if there is no place for its home
     */
    @Setup(Level.Trial)
    public void start() throws java.io.IOException {
        home = Files.createTempDirectory("copilot-benchmark-");
        orchestrator = Orchestrator.builder()
                .home(home)
                .setting("copilot.storage.url", "memory:local")
                .agent(agent)
                .agent(new InstantCpu())
                .start();
        handedOver = orchestrator.forCaller(Caller.of("acme", "alice"));
        onCallerThread = handedOver.onCallerThread();
    }

    /**
     * Ends it.
     *
     * @throws java.io.IOException if its home cannot be deleted
     */
    @TearDown(Level.Trial)
    public void close() throws java.io.IOException {
        if (orchestrator != null) {
            orchestrator.close();
        }
        if (home != null) {
            PluginArchives.delete(home);
        }
    }

    /** The baseline: the method itself. */
    @Benchmark
    public AgentReply direct() throws Exception {
        return agent.handle(request("instant"), null);
    }

    /** The whole corridor, on the caller's thread. */
    @Benchmark
    public AgentReply onCallerThread() {
        return onCallerThread.invoke(request("instant"));
    }

    /** The whole corridor, handed over to a thread for agents that wait. */
    @Benchmark
    public AgentReply handedOver() {
        return handedOver.invoke(request("instant"));
    }

    /** The whole corridor, handed over to a thread for agents that compute. */
    @Benchmark
    public AgentReply handedOverCpu() {
        return handedOver.invoke(request("instant-cpu"));
    }

    private static AgentRequest request(String name) {
        return AgentRequest.to(name).text("hello").build();
    }
}
