package org.copilotframework.app;

import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginChange;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "remove", description = "Drains a plugin and takes it away.")
final class PluginsRemoveCommand extends PluginChangeCommand {
    @Parameters(paramLabel = "ID", description = "The plugin's id; 'copilot plugins list' shows them.")
    private String id = "";

    PluginsRemoveCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    String named() {
        return id;
    }

    @Override
    PluginChange change(Orchestrator orchestrator, Terminal terminal) {
        return orchestrator.plugins().remove(id);
    }
}
