package org.copilotframework.app;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

/** The commands put together. */
final class CommandLineFace {
    private CommandLineFace() {}

    /** Runs one command and returns the exit status. */
    static int run(Surroundings surroundings, String... args) {
        return commandLine(surroundings).execute(args);
    }

    /** The commands, as a test looks at them too. */
    static CommandLine commandLine(Surroundings surroundings) {
        CommonOptions options = new CommonOptions();
        CommandLine plugins = new CommandLine(new PluginsGroup())
                .addSubcommand(new PluginsListCommand(surroundings, options))
                .addSubcommand(new PluginsInstallCommand(surroundings, options))
                .addSubcommand(new PluginsReloadCommand(surroundings, options))
                .addSubcommand(new PluginsRollbackCommand(surroundings, options))
                .addSubcommand(new PluginsRemoveCommand(surroundings, options))
                .addSubcommand(new PluginsVerifyCommand(surroundings, options))
                .addSubcommand(new PluginsSignCommand(surroundings, options))
                .addSubcommand(new PluginsPublishCommand(surroundings, options))
                .addSubcommand(new PluginsNodesCommand(surroundings, options));
        PluginsOption inbox = new PluginsOption();
        CommandLine agents = new CommandLine(new AgentsCommand(surroundings, options, inbox))
                .addSubcommand(new AgentsShowCommand(surroundings, options, inbox));
        CommandLine sessions = new CommandLine(new SessionsGroup())
                .addSubcommand(new SessionsListCommand(surroundings, options))
                .addSubcommand(new SessionsShowCommand(surroundings, options))
                .addSubcommand(new SessionsDeleteCommand(surroundings, options));
        CommandLine runs = new CommandLine(new RunsGroup())
                .addSubcommand(new RunsListCommand(surroundings, options))
                .addSubcommand(new RunsShowCommand(surroundings, options))
                .addSubcommand(new RunsCancelCommand(surroundings, options))
                .addSubcommand(new RunsDeleteCommand(surroundings, options))
                .addSubcommand(new RunsResumeCommand(surroundings, options));
        CommandLine tenants =
                new CommandLine(new TenantsGroup()).addSubcommand(new TenantsEraseCommand(surroundings, options));
        CommandLine store = new CommandLine(new StoreGroup())
                .addSubcommand(new StoreCopyCommand(surroundings, options))
                .addSubcommand(new StoreRewrapCommand(surroundings, options));
        CommandLine keys = new CommandLine(new KeysGroup())
                .addSubcommand(new KeysCreateCommand(surroundings, options))
                .addSubcommand(new KeysListCommand(surroundings, options))
                .addSubcommand(new KeysRotateCommand(surroundings, options))
                .addSubcommand(new KeysRevokeCommand(surroundings, options));
        CommandLine config = new CommandLine(new ConfigGroup())
                .addSubcommand(new ConfigCheckCommand(surroundings, options))
                .addSubcommand(new ConfigShowCommand(surroundings, options));
        CommandLine all = new CommandLine(new Copilot(options))
                .addSubcommand(new RunCommand(surroundings, options))
                .addSubcommand(new AskCommand(surroundings, options))
                .addSubcommand(agents)
                .addSubcommand(plugins)
                .addSubcommand(sessions)
                .addSubcommand(runs)
                .addSubcommand(tenants)
                .addSubcommand(store)
                .addSubcommand(keys)
                .addSubcommand(new TokenCommand(surroundings, options))
                .addSubcommand(new AuditCommand(surroundings, options))
                .addSubcommand(config)
                .addSubcommand(new MigrateCommand(surroundings, options))
                .addSubcommand(new VersionCommand(surroundings, options));
        Failures failures = new Failures(surroundings, options);
        Ansi ansi = surroundings.colours(surroundings.outIsTerminal()) ? Ansi.ON : Ansi.OFF;
        // What a user says to an agent may begin with '@', which would otherwise name a file of arguments.
        return all.setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(surroundings.out(), true, Charset.defaultCharset()))
                .setErr(new PrintWriter(surroundings.err(), true, Charset.defaultCharset()))
                .setColorScheme(Help.defaultColorScheme(ansi))
                .setUsageHelpWidth(surroundings.columns())
                .registerConverter(Duration.class, new DurationText())
                .setExecutionStrategy(parsed -> options.json ? executeJson(parsed, surroundings) : execute(parsed))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    private static int execute(ParseResult parsed) {
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Who asks for JSON gets the help as an object too. */
    private static int executeJson(ParseResult parsed, Surroundings surroundings) {
        for (CommandLine command : parsed.asCommandLineList()) {
            if (command.isUsageHelpRequested()) {
                new Terminal(surroundings, true).object(Map.of("usage", command.getUsageMessage(Ansi.OFF)));
                return 0;
            }
        }
        return execute(parsed);
    }

    @CommandLine.Command(
            name = "copilot",
            description = "Runs agents from plugins.",
            synopsisSubcommandLabel = "COMMAND",
            footer = {
                "",
                "Exit status: 0 success, 1 an unexpected fault, 2 a wrong command line or request, 3 to 11 the error codes"
                        + " in the documentation (5: no such agent or plugin, 8: out of time, 11: the agent failed)."
            })
    private static final class Copilot {
        @Mixin
        private final CommonOptions options;

        Copilot(CommonOptions options) {
            this.options = options;
        }
    }

    @CommandLine.Command(
            name = "plugins",
            description = "Lists, installs, publishes, changes and signs plugins.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class PluginsGroup {}

    @CommandLine.Command(
            name = "sessions",
            description = "Lists, shows and deletes conversations.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class SessionsGroup {}

    @CommandLine.Command(
            name = "runs",
            description = "Lists, shows, cancels and resumes runs.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class RunsGroup {}

    @CommandLine.Command(
            name = "tenants",
            description = "Erases the data of tenants.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class TenantsGroup {}

    @CommandLine.Command(
            name = "store",
            description = "Copies stores, and changes what they are encrypted by.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class StoreGroup {}

    @CommandLine.Command(
            name = "config",
            description = "Checks and shows the settings.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class ConfigGroup {}

    @CommandLine.Command(
            name = "keys",
            description = "Makes, lists, rotates and revokes the API keys that callers show over HTTP.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class KeysGroup {}
}
