package org.copilotframework.app;

import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.spi.storage.Storage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command(
        name = "migrate",
        description = "Brings the storage's schema to the version that this program needs.")
final class MigrateCommand extends Command {
    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    MigrateCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Terminal terminal) {
        terminal.progress("migrating");
        try (Storage storage = new Startup(surroundings, terminal)
                .builder(options.home, inbox.inbox)
                .openStorage()) {
            storage.migrate();
            storage.check();
        }
        terminal.endProgress();
        if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("migrated", true);
            terminal.object(view);
        } else {
            terminal.say("The storage's schema is of the version that this program needs.");
        }
    }
}
