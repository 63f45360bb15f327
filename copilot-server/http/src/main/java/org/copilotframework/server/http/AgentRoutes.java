package org.copilotframework.server.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.Orchestrator;
import org.jspecify.annotations.Nullable;

/** Agents: which there are, and calling them. Whether a caller may call one is seen where it is called. */
final class AgentRoutes {
    /** What the paths begin with by which an agent is called. */
    static final String CALLED = "/v1/agents/{agent}:";

    /** What calling any of them takes. */
    static final String INVOKE = Caller.INVOKE_ANY_AGENT;

    private static final String TARGET = "agent/";

    private static final String READ = "agents:read";
    private static final String GROUP = "Agents";

    private final Orchestrator orchestrator;

    AgentRoutes(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    List<Route> all() {
        Map<String, @Nullable Object> saying = Saying.requestSchema();
        return List.of(
                Route.get("/v1/agents", "listAgents", "Lists the agents that can be called now.")
                        .in(GROUP)
                        .scope(READ)
                        .gives(200, "The agents, in the order of their names.", LIST)
                        .by(this::list),
                Route.get("/v1/agents/{agent}", "readAgent", "Shows an agent with its schemas.")
                        .in(GROUP)
                        .scope(READ, AgentRoutes::target)
                        .gives(200, "The agent.", Views.AGENT)
                        .by(this::read),
                Route.post(CALLED + "invoke", "invokeAgent", "Calls an agent and waits for its reply.")
                        .in(GROUP)
                        .guard(Route.Guard.RECOGNISED, AgentRoutes::target)
                        .takesJson(saying, true)
                        .gives(200, "The reply; also if the run is suspended, which its state tells.", Views.REPLY)
                        .by(AgentRoutes::invoke),
                Route.post(CALLED + "stream", "streamAgent", "Starts a run and streams its events and its reply.")
                        .in(GROUP)
                        .guard(Route.Guard.RECOGNISED, AgentRoutes::target)
                        .takes(
                                "cancelOnLeave",
                                Schema.said(Schema.truth(), "Whether the run is canceled when the client leaves."))
                        .takesJson(saying, true)
                        .gives(200, "Server-sent events: run, those of the run, then reply or error.", EventWriter.TYPE)
                        .by(AgentRoutes::stream),
                Route.post(CALLED + "submit", "submitRun", "Starts a run and does not wait for it.")
                        .in(GROUP)
                        .guard(Route.Guard.RECOGNISED, AgentRoutes::target)
                        .takesJson(saying, true)
                        .gives(
                                202,
                                "The run is stored and goes on by itself; Location tells where it is seen.",
                                RunRoutes.STARTED)
                        .by(AgentRoutes::submit));
    }

    static final View<List<CatalogueEntry>> LIST = Views.all("Agents", "agents", Views.AGENT);

    private Answer list(Exchange exchange) {
        return ETag.of(exchange, Answer.of(LIST, orchestrator.agents().list()));
    }

    private Answer read(Exchange exchange) {
        String name = exchange.path("agent");
        CatalogueEntry entry = orchestrator
                .agents()
                .find(name)
                .orElseThrow(() -> NotFoundException.named(
                        "agent", name, orchestrator.agents().near(name)));
        return ETag.of(exchange, Answer.of(Views.AGENT, entry));
    }

    private static Answer invoke(Exchange exchange) throws Refusal {
        CompletionStage<AgentReply> reply =
                exchange.premises().orchestrator().invokeAsync(exchange.caller(), request(exchange));
        return Answer.later(reply, there -> Answer.of(Views.REPLY, there));
    }

    private static Answer stream(Exchange exchange) throws Refusal {
        boolean cancelOnLeave = exchange.flag("cancelOnLeave");
        Run run = exchange.client().submit(request(exchange));
        return RunRoutes.stream(exchange, run, 0, cancelOnLeave)
                .header("Content-Location", RunRoutes.path(exchange, run));
    }

    private static Answer submit(Exchange exchange) throws Refusal {
        Run run = exchange.client().submit(request(exchange));
        return Answer.of(RunRoutes.STARTED, run).status(202).header("Location", RunRoutes.path(exchange, run));
    }

    private static AgentRequest request(Exchange exchange) throws Refusal {
        return Saying.request(exchange.path("agent"), exchange.jsonObject(), IdempotencyKey.of(exchange));
    }

    private static String target(Exchange exchange) {
        return TARGET + exchange.path("agent");
    }

    /** The scope that a call takes; empty if something else than an agent is asked for. */
    static Optional<String> scope(String target) {
        return target.startsWith(TARGET)
                ? Optional.of(INVOKE + ":" + target.substring(TARGET.length()))
                : Optional.empty();
    }
}
