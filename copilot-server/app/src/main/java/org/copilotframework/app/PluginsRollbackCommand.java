package org.copilotframework.app;

import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginChange;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "rollback",
        description = "Goes back to the version of a plugin that was installed before.")
final class PluginsRollbackCommand extends PluginChangeCommand {
    @Parameters(paramLabel = "ID", description = "The plugin's id; 'copilot plugins list' shows them.")
    private String id = "";

    PluginsRollbackCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    String named() {
        return id;
    }

    @Override
    PluginChange change(Orchestrator orchestrator, Terminal terminal) {
        return orchestrator.plugins().rollback(id);
    }
}
