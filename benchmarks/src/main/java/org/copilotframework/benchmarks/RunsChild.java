package org.copilotframework.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.run.RunId;
import org.copilotframework.core.Orchestrator;

/**
 * One process of {@link RunsRow}: 32 threads that each bring a run from submitted to finished, again and again, whenever they are
 * told how often. Its arguments: {@code ours}, or {@code sqlite} or {@code postgresql} for the two commits of a run by hand; then for
 * ours the settings, else the database.
 */
final class RunsChild {
    static final int CROWD = 32;
    private static final int CONNECTIONS = 10;

    /** Answers at once. */
    @AgentInfo(name = Activations.AGENT)
    static final class Answering implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.text(Activations.ANSWER);
        }
    }

    private RunsChild() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "ours" -> ours(args);
            case "sqlite" -> {
                try (RawGroups raw = new RawGroups(new RawSqlite(Path.of(args[1])))) {
                    serve((thread, number) -> {
                        RunId run = Activations.newRun();
                        raw.commit(Activations.begun(run, null));
                        raw.commit(Activations.replied(run, null, 1));
                    });
                }
            }
            default -> postgres(args[1]);
        }
        System.exit(0);
    }

    private static void ours(String[] args) throws Exception {
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 1; i < args.length; i++) {
            settings.put(args[i].substring(0, args[i].indexOf('=')), args[i].substring(args[i].indexOf('=') + 1));
        }
        Path folder = Files.createTempDirectory("copilot-benchmark-");
        try (Orchestrator orchestrator =
                Backend.builder(settings, folder).agent(new Answering()).start()) {
            Client client = orchestrator.forCaller(Caller.of(Activations.TENANT.value(), "alice"));
            serve((thread, number) -> client.submit(AgentRequest.to(Activations.AGENT)
                            .text(Activations.QUESTION)
                            .build())
                    .reply()
                    .toCompletableFuture()
                    .join());
        } finally {
            PluginArchives.delete(folder);
        }
    }

    private static void postgres(String jdbc) throws Exception {
        BlockingQueue<RawPostgres> connections = new ArrayBlockingQueue<>(CONNECTIONS);
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(new RawPostgres(jdbc));
        }
        serve((thread, number) -> {
            RunId run = Activations.newRun();
            for (int step = 0; step < 2; step++) {
                RawPostgres connection = connections.take();
                try {
                    connection.commit(step == 0 ? Activations.begun(run, null) : Activations.replied(run, null, 1));
                } finally {
                    connections.add(connection);
                }
            }
        });
        for (RawPostgres connection : connections) {
            connection.close();
        }
    }

    /** Works as often as it is told, until nobody tells any more. */
    private static void serve(Crowd.Work work) throws Exception {
        BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("done");
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            Crowd.perSecond(CROWD, Integer.parseInt(line), work);
            System.out.println("done");
        }
    }
}
