package org.copilotframework.app;

import java.nio.file.Path;
import org.copilotframework.core.Orchestrator;
import org.jspecify.annotations.Nullable;

/** A command over an orchestrator of its own, which ends with it. */
abstract class OrchestratorCommand extends Command {
    OrchestratorCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    /** Refuses what is wrong on the command line, before anything is started. */
    void check() {}

    /** Does the work; the orchestrator is up. */
    abstract void run(Orchestrator orchestrator, Terminal terminal) throws Exception;

    @Override
    final void run(Terminal terminal) throws Exception {
        check();
        PluginsOption inbox = inbox();
        Path folder = inbox == null ? null : inbox.inbox;
        try (Orchestrator orchestrator =
                new Startup(surroundings, terminal).start(options.home, folder, inbox != null, data(), serves())) {
            run(orchestrator, terminal);
        }
    }

    /** Where plugins are taken from: without a folder that the user names, those that came with the program; null for none. */
    @Nullable
    PluginsOption inbox() {
        return null;
    }

    /** Whether the command is about what is stored, too. A command that is not takes up no run. */
    boolean data() {
        return false;
    }

    /** Whether it takes up whatever run is due. A command that ends soon leaves the runs of others to those that stay. */
    boolean serves() {
        return false;
    }
}
