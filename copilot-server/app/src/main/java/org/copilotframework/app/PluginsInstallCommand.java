package org.copilotframework.app;

import java.nio.file.Path;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginChange;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "install", description = "Installs a plugin, or a new version in place of the old.")
final class PluginsInstallCommand extends PluginChangeCommand {
    @Parameters(paramLabel = "FILE", description = "The plugin's archive, a JAR or ZIP.")
    private Path file = Path.of("");

    @Option(names = "--sha256", paramLabel = "HEX", description = "Refuse the file unless it has this digest.")
    private @Nullable String sha256;

    PluginsInstallCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    String named() {
        return String.valueOf(file.getFileName());
    }

    @Override
    PluginChange change(Orchestrator orchestrator, Terminal terminal) {
        terminal.progress("installing " + file.getFileName());
        return sha256 == null
                ? orchestrator.plugins().install(file)
                : orchestrator.plugins().install(file, sha256);
    }
}
