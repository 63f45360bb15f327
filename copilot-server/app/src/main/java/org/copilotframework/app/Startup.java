package org.copilotframework.app;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.app.log.LogLevelsEndpoint;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.ShownSetting;
import org.copilotframework.server.http.HttpSettings;
import org.jspecify.annotations.Nullable;

/** Starts an orchestrator with what the launcher script hands over. */
final class Startup {
    /** Archives that came with the program, joined by the path separator. */
    static final String GIVEN_PLUGINS = "copilot.launcher.plugins";

    /** The folder of the project that the program was launched from. */
    static final String PROJECT = "copilot.launcher.root";

    /** The documents that the example agent {@code docs} answers from: this project's own, unless the user says otherwise. */
    private static final String DOCS = "copilot.plugin.docs.folder";

    private static final String STORAGE = "copilot.storage.url";
    private static final String STORAGE_IN_HOME = "${DATABASE_URL:sqlite:${copilot.home}/copilot.db}";

    private final Surroundings surroundings;
    private final Terminal terminal;

    Startup(Surroundings surroundings, Terminal terminal) {
        this.surroundings = surroundings;
        this.terminal = terminal;
    }

    /**
     * Begins to build an orchestrator, with the defaults of this program.
     *
     * @param home where it keeps things, or null for what the settings say
     * @param inbox the folder that plugins are taken from, or null
     */
    OrchestratorBuilder builder(@Nullable Path home, @Nullable Path inbox) {
        OrchestratorBuilder builder = Orchestrator.builder().defaultSetting(STORAGE, STORAGE_IN_HOME);
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
        String project = surroundings.property().apply(PROJECT);
        if (project != null) {
            builder.defaultSetting(DOCS, Path.of(project, "docs").toString());
        }
        return builder;
    }

    /**
     * The same for a command that may load code from plugins: outside of development only such as it is known from whom it is. The
     * server refuses that by itself; here whoever can write the folder would have his code run all the same.
     *
     * @param agents whether plugins that are installed are loaded, and not only those of the folder that may bring a store
     */
    OrchestratorBuilder loading(@Nullable Path home, @Nullable Path inbox, boolean agents) {
        OrchestratorBuilder builder = builder(home, inbox);
        Map<String, String> settings = shown(builder);
        boolean loads = agents || settings.containsKey("copilot.plugins.dir");
        if (loads && !isDeveloper(settings) && "any".equalsIgnoreCase(settings.get("copilot.plugins.trust"))) {
            throw new InvalidRequestException(
                    "copilot.plugins.trust is any, and copilot.environment (APP_ENV) is not dev: whoever can write the folder of"
                            + " plugins has his code run; set it to signed, or to digest");
        }
        return builder;
    }

    /** Whether a setting is set, or has a default. */
    boolean isSet(@Nullable Path home, String key) {
        return shown(builder(home, null)).containsKey(key);
    }

    private static Map<String, String> shown(OrchestratorBuilder builder) {
        return builder.showSettings(ListenOptions.FACE, HttpSettings.class).stream()
                .collect(Collectors.toMap(ShownSetting::key, ShownSetting::value, (one, other) -> one));
    }

    /** As it is set, however; a wrong word is refused by the start. */
    private static boolean isDeveloper(Map<String, String> settings) {
        return "dev".equalsIgnoreCase(settings.get("copilot.environment"));
    }

    /**
     * Starts an orchestrator.
     *
     * @param home where it keeps things, or null for what the settings say
     * @param inbox the folder that plugins are taken from, or null
     * @param withGiven whether the plugins that came with the program are loaded where there is no such folder
     * @param withData whether it opens what is stored
     * @param serves whether it takes up runs that are not its own
     */
    Orchestrator start(@Nullable Path home, @Nullable Path inbox, boolean withGiven, boolean withData, boolean serves) {
        OrchestratorBuilder builder = loading(home, inbox, true);
        if (!withData) {
            builder.withoutData();
        }
        if (serves) {
            builder.endpoint(new LogLevelsEndpoint(isDeveloper(shown(builder))));
        } else {
            builder.onlyOwnRuns();
        }
        List<Path> given = inbox == null && withGiven ? given() : List.of();
        given.forEach(builder::bundled);
        given.forEach(archive -> terminal.progress("loading " + archive.getFileName()));
        Orchestrator orchestrator = builder.start();
        terminal.endProgress();
        warnOf(given, orchestrator);
        return orchestrator;
    }

    private List<Path> given() {
        String given = surroundings.property().apply(GIVEN_PLUGINS);
        return given == null
                ? List.of()
                : Arrays.stream(given.split(Pattern.quote(File.pathSeparator)))
                        .filter(archive -> !archive.isBlank())
                        .map(Path::of)
                        .toList();
    }

    /** One bad archive keeps no other from being loaded. */
    private void warnOf(List<Path> given, Orchestrator orchestrator) {
        Set<String> names = given.stream()
                .map(archive -> archive.toAbsolutePath().normalize().toString())
                .collect(Collectors.toSet());
        for (PluginStatus status : orchestrator.plugins().list()) {
            if (names.contains(status.origin())) {
                status.warnings().forEach(terminal::warn);
                if (status.state() == PluginState.FAILED) {
                    terminal.warn("a plugin that came with the program is not loaded: " + status.origin() + ": "
                            + status.reason());
                } else if (status.state() == PluginState.STARTING) {
                    terminal.warn("a plugin that came with the program is still starting: " + status.origin());
                }
            }
        }
    }
}
