package org.copilotframework.app;

import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.core.StoredData;
import picocli.CommandLine.Mixin;

/** A command over what is stored, which loads no agents; a plugin may bring the store. */
abstract class DataCommand extends Command {
    @Mixin
    final PluginsOption inbox = new PluginsOption();

    DataCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    /** Refuses what is wrong on the command line, before anything is opened. */
    void check() {}

    /** Whether it may be the first that stores anything. Who only looks for data finds a store or hears that there is none. */
    boolean begins() {
        return false;
    }

    /** Does the work. */
    abstract void run(StoredData data, Terminal terminal) throws Exception;

    @Override
    final void run(Terminal terminal) throws Exception {
        check();
        OrchestratorBuilder builder = new Startup(surroundings, terminal).loading(options.home, inbox.inbox, false);
        if (!begins()) {
            builder.setting("copilot.storage.migrate", "false");
        }
        try (StoredData data = builder.openData()) {
            run(data, terminal);
        }
    }
}
