package org.copilotframework.app;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.core.PluginChange;
import org.copilotframework.core.Plugins;
import org.jspecify.annotations.Nullable;

/** Starts an orchestrator with what the launcher script hands over. */
final class Startup {
    /** Archives that came with the program, joined by the path separator. */
    static final String GIVEN_PLUGINS = "copilot.launcher.plugins";

    /** The folder of the project that the program was launched from. */
    static final String PROJECT = "copilot.launcher.root";

    private final Surroundings surroundings;
    private final Terminal terminal;

    Startup(Surroundings surroundings, Terminal terminal) {
        this.surroundings = surroundings;
        this.terminal = terminal;
    }

    /**
     * Starts an orchestrator.
     *
     * @param home where it keeps things, or null for what the settings say
     * @param inbox the folder that plugins are taken from, or null
     * @param withGiven whether the plugins that came with the program are loaded where there is no such folder
     */
    Orchestrator start(@Nullable Path home, @Nullable Path inbox, boolean withGiven) {
        OrchestratorBuilder builder = Orchestrator.builder();
        if (home != null) {
            builder.home(home);
        }
        if (inbox != null) {
            if (!Files.isDirectory(inbox)) {
                throw new InvalidRequestException(
                        "--plugins: there is no folder " + inbox + "; make it, or name another");
            }
            builder.plugins(inbox);
        }
        new DocsFolder(surroundings, home)
                .path()
                .ifPresent(folder -> builder.setting(DocsFolder.SETTING, folder.toString()));
        Orchestrator orchestrator = builder.start();
        if (inbox == null && withGiven) {
            loadGiven(orchestrator.plugins());
        }
        return orchestrator;
    }

    private void loadGiven(Plugins plugins) {
        String given = surroundings.property().apply(GIVEN_PLUGINS);
        if (given == null) {
            return;
        }
        for (String archive : given.split(Pattern.quote(File.pathSeparator))) {
            if (!archive.isBlank()) {
                Path file = Path.of(archive);
                terminal.progress("loading " + file.getFileName());
                install(plugins, file);
            }
        }
        terminal.endProgress();
    }

    /** One bad archive keeps no other from being loaded. */
    private void install(Plugins plugins, Path archive) {
        try {
            PluginChange change = plugins.install(archive);
            change.warnings().forEach(terminal::warn);
        } catch (CopilotException refused) {
            terminal.warn("a plugin that came with the program is not loaded: " + refused.getMessage());
        }
    }
}
