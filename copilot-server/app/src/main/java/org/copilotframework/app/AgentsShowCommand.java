package org.copilotframework.app;

import java.util.Optional;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.json.JsonText;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "show",
        description = "Shows one agent, with the schemas of what it takes and gives.")
final class AgentsShowCommand extends OrchestratorCommand {
    private final PluginsOption inbox;

    @Parameters(paramLabel = "NAME", description = "The agent's name.")
    private String name = "";

    AgentsShowCommand(Surroundings surroundings, CommonOptions options, PluginsOption inbox) {
        super(surroundings, options);
        this.inbox = inbox;
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) {
        CatalogueEntry agent = orchestrator
                .agents()
                .find(name)
                .orElseThrow(() -> NotFoundException.named(
                        "agent", name, orchestrator.agents().near(name)));
        if (terminal.json()) {
            terminal.object(JsonView.agent(agent));
            return;
        }
        terminal.say("agent      " + agent.agent().name());
        terminal.say("plugin     " + agent.plugin().map(PluginRef::toString).orElse("-"));
        terminal.say("execution  " + JsonView.lower(agent.agent().execution()));
        if (!agent.agent().description().isEmpty()) {
            terminal.say("\n" + agent.agent().description());
        }
        show("Takes", agent.inputSchema(), terminal);
        show("Gives", agent.outputSchema(), terminal);
    }

    private static void show(String heading, Optional<Data> schema, Terminal terminal) {
        if (schema.isPresent()) {
            terminal.say("\n" + heading + " data of this schema:");
            terminal.quote(JsonText.pretty(schema.get()));
        } else {
            terminal.say("\n" + heading + " any message.");
        }
    }

    @Override
    PluginsOption inbox() {
        return inbox;
    }
}
