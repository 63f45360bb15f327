package org.copilotframework.app;

import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.OrchestratorBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(
        name = "migrate",
        description = "Brings the storage's schema to the version that this program needs.")
final class MigrateCommand extends Command {
    @Option(
            names = "--print",
            description =
                    "Change nothing, and print what makes the schema by other means: for DynamoDB a CloudFormation"
                            + " template.")
    private boolean print;

    @Mixin
    private final PluginsOption inbox = new PluginsOption();

    MigrateCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Terminal terminal) {
        OrchestratorBuilder builder = new Startup(surroundings, terminal).loading(options.home, inbox.inbox, false);
        if (print) {
            print(builder, terminal);
        } else {
            migrate(builder, terminal);
        }
    }

    /** As it is, so that it can be sent into a file. */
    private void print(OrchestratorBuilder builder, Terminal terminal) {
        String schema = builder.storageSchema()
                .map(String::stripTrailing)
                .orElseThrow(
                        () -> new InvalidRequestException(
                                "--print: the store that copilot.storage.url (in the"
                                        + " environment DATABASE_URL) names has no schema to print; run 'copilot migrate', which makes it"));
        if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("schema", schema);
            terminal.object(view);
        } else {
            surroundings.out().println(schema);
        }
    }

    private static void migrate(OrchestratorBuilder builder, Terminal terminal) {
        terminal.progress("migrating");
        try (Storage storage = builder.openStorage()) {
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
