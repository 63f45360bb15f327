package org.copilotframework.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.Orchestrator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "ask", description = "Asks an agent and prints its reply.")
final class AskCommand extends OrchestratorCommand {
    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    @Parameters(index = "0", paramLabel = "AGENT", description = "The agent's name; 'copilot agents' lists them.")
    private String agent = "";

    @Parameters(index = "1..*", paramLabel = "TEXT", description = "What to say; several words are joined by spaces.")
    private List<String> text = new ArrayList<>();

    @Mixin
    private final Saying saying = new Saying();

    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Option(names = "--session", paramLabel = "ID", description = "Make this part of a conversation.")
    private @Nullable String session;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long the agent may work at a time: 500ms, 30s, 2m.")
    private @Nullable Duration timeout;

    AskCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void check() {
        request();
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) throws InterruptedException {
        AgentRequest request = request();
        Run run = orchestrator.forCaller(tenant.caller()).submit(request);
        Map<String, @Nullable Object> view = JsonView.said(agent, run.id(), request.session());
        new Conversation(surroundings, options, terminal)
                .cancelingAtSignal()
                .follow(run, view, inbox.repeated() + tenant.repeated());
    }

    private AgentRequest request() {
        if (saying.isEmpty(text)) {
            throw new InvalidRequestException("say something: copilot ask " + agent + " TEXT, or --data JSON");
        }
        AgentRequest.Builder request = AgentRequest.to(agent).message(saying.message(text));
        if (session != null) {
            request.session(session);
        }
        if (timeout != null) {
            request.timeout(timeout);
        }
        return request.build();
    }

    @Override
    PluginsOption inbox() {
        return inbox;
    }

    @Override
    boolean data() {
        return true;
    }
}
