package org.copilotframework.app;

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

    /** Does the work. */
    abstract void run(StoredData data, Terminal terminal) throws Exception;

    @Override
    final void run(Terminal terminal) throws Exception {
        check();
        // Who looks for data finds a store or hears that there is none; none is made for that.
        try (StoredData data = new Startup(surroundings, terminal)
                .builder(options.home, inbox.inbox)
                .setting("copilot.storage.migrate", "false")
                .openData()) {
            run(data, terminal);
        }
    }
}
