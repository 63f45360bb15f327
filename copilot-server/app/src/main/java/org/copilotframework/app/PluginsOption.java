package org.copilotframework.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The option of commands that take plugins from a folder. */
final class PluginsOption {
    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "A folder of plugin archives, loaded beside the installed ones. A plugin in it may bring the store.")
    @Nullable
    Path inbox;

    /** What to add to a command that needs the same plugins. */
    String repeated() {
        return inbox == null ? "" : " --plugins " + ShellWord.of(inbox);
    }
}
