package org.copilotframework.app;

import org.copilotframework.core.Orchestrator;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "rollback",
        description = "Goes back to the version of a plugin that was installed before.")
final class PluginsRollbackCommand extends OrchestratorCommand {
    @Parameters(paramLabel = "ID", description = "The plugin's id; 'copilot plugins list' shows them.")
    private String id = "";

    PluginsRollbackCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) {
        PluginChanges.print(orchestrator.plugins().rollback(id), terminal);
    }
}
