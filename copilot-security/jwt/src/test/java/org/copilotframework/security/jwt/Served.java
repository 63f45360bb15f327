package org.copilotframework.security.jwt;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.server.http.HttpServer;
import org.copilotframework.server.http.HttpSettings;

/** A whole server over HTTP, with an agent that tells who calls it. */
final class Served implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Orchestrator copilot;
    private final HttpServer server;

    @AgentInfo(name = "whoami", description = "Tells who calls.")
    static final class WhoAmI implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.text(context.caller().principal().subject() + " of "
                    + context.caller().tenant());
        }
    }

    Served(OrchestratorBuilder host) {
        copilot = host.setting("copilot.storage.url", "memory:")
                .agent(new WhoAmI())
                .start();
        server = HttpServer.start(copilot, HttpSettings.defaults().at(HttpSettings.LOOPBACK, 0));
    }

    HttpResponse<String> call(String token) throws IOException, InterruptedException {
        return send(request("/v1/agents/whoami:invoke", token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"text\": \"who am I?\"}")));
    }

    HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        return send(request(path, token).GET());
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(server.address() + path))
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        server.close();
        copilot.close();
    }
}
