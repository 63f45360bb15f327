package org.copilotframework.app;

import java.util.List;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.Orchestrator;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command(
        name = "agents",
        description = "Lists the agents that can be asked.",
        synopsisSubcommandLabel = "[show NAME]")
final class AgentsCommand extends OrchestratorCommand {
    @Mixin
    private final PluginsOption inbox;

    AgentsCommand(Surroundings surroundings, CommonOptions options, PluginsOption inbox) {
        super(surroundings, options);
        this.inbox = inbox;
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) {
        List<CatalogueEntry> agents = orchestrator.agents().list();
        if (terminal.json()) {
            terminal.object(JsonView.list("agents", agents, JsonView::agent));
        } else {
            print(agents, terminal);
        }
    }

    static void print(List<CatalogueEntry> agents, Terminal terminal) {
        if (agents.isEmpty()) {
            terminal.say(
                    "No agents. Install a plugin with 'copilot plugins install FILE', or name a folder of plugins with"
                            + " --plugins DIR.");
            return;
        }
        terminal.table(
                List.of("AGENT", "PLUGIN", "DESCRIPTION"),
                agents.stream()
                        .map(agent -> List.of(
                                agent.agent().name(),
                                agent.plugin().map(PluginRef::toString).orElse("-"),
                                agent.agent().description()))
                        .toList());
    }

    @Override
    PluginsOption inbox() {
        return inbox;
    }
}
