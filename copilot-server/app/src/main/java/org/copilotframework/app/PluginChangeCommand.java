package org.copilotframework.app;

import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginChange;

/** A command that changes which plugins are installed, which is audited: so it opens what is stored, too. */
abstract class PluginChangeCommand extends OrchestratorCommand {
    PluginChangeCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    /** The plugin or file that is named on the command line. */
    abstract String named();

    /** Makes the change. */
    abstract PluginChange change(Orchestrator orchestrator, Terminal terminal);

    @Override
    final void run(Orchestrator orchestrator, Terminal terminal) {
        String command =
                getClass().getAnnotation(picocli.CommandLine.Command.class).name();
        Deed deed = new Deed(
                orchestrator.audit(), surroundings, null, "plugins:write", "plugin/" + named(), "plugins " + command);
        PluginChange change = deed.commit(() -> {
            PluginChange made = change(orchestrator, terminal);
            deed.did("plugin/" + made.id());
            return made;
        });
        PluginChanges.print(change, terminal);
    }

    @Override
    final boolean data() {
        return true;
    }
}
