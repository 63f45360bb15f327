package org.copilotframework.app;

import org.copilotframework.api.error.ConflictException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginChange;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "reload", description = "Loads the installed version of a plugin anew.")
final class PluginsReloadCommand extends PluginChangeCommand {
    @Parameters(paramLabel = "ID", description = "The plugin's id; 'copilot plugins list' shows them.")
    private String id = "";

    PluginsReloadCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    String named() {
        return id;
    }

    @Override
    PluginChange change(Orchestrator orchestrator, Terminal terminal) {
        if (orchestrator.plugins().anotherHasTheHome()) {
            throw new ConflictException(
                    "another process works with this copilot.home, and a reload by this command would not"
                            + " reach it; replace the plugin's file in the folder that it watches, or end it first");
        }
        return orchestrator.plugins().reload(id);
    }
}
