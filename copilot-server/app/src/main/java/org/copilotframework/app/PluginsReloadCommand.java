package org.copilotframework.app;

import org.copilotframework.core.Orchestrator;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "reload", description = "Loads the installed version of a plugin anew.")
final class PluginsReloadCommand extends OrchestratorCommand {
    @Parameters(paramLabel = "ID", description = "The plugin's id; 'copilot plugins list' shows them.")
    private String id = "";

    PluginsReloadCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Orchestrator orchestrator, Terminal terminal) {
        PluginChanges.print(orchestrator.plugins().reload(id), terminal);
    }
}
