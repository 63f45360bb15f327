package org.copilotframework.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command has, wherever on the line they stand. */
final class CommonOptions {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "Where sessions, runs, installed plugins and the files of agents are kept (default: .copilot).")
    @Nullable
    Path home;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description =
                    "Print one JSON object on standard output, for help and for an error too; run prints one on each line.")
    boolean json;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    /** What to add to a command about the same home. */
    String repeated() {
        return home == null ? "" : " --home " + ShellWord.of(home);
    }
}
