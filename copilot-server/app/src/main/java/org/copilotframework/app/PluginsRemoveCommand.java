package org.copilotframework.app;

import org.copilotframework.core.Orchestrator;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "remove", description = "Drains a plugin and takes it away.")
final class PluginsRemoveCommand extends OrchestratorCommand {
    @Parameters(paramLabel = "ID", description = "The plugin's id; 'copilot plugins list' shows them.")
    private String id = "";

    PluginsRemoveCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) {
        PluginChanges.print(orchestrator.plugins().remove(id), terminal);
    }
}
