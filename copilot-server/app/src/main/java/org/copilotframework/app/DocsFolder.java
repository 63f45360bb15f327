package org.copilotframework.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The documents that the example agent {@code docs} answers from: this project's own, unless the user says otherwise. */
final class DocsFolder {
    static final String SETTING = "copilot.plugin.docs.folder";
    private static final String VARIABLE = "COPILOT_PLUGIN_DOCS_FOLDER";
    private static final Pattern IN_FILE = Pattern.compile(
            "(?m)^\\s*(export\\s+)?(%\\w+\\.)?(" + VARIABLE + "|" + Pattern.quote(SETTING) + ")\\s*[=:]");

    private final Surroundings surroundings;
    private final Path home;

    DocsFolder(Surroundings surroundings, @Nullable Path home) {
        this.surroundings = surroundings;
        this.home = home == null ? Path.of(".copilot") : home;
    }

    /** The folder, or empty where the user set one or the program was not launched from the project. */
    Optional<Path> path() {
        String project = surroundings.property().apply(Startup.PROJECT);
        boolean said = surroundings.property().apply(SETTING) != null
                || surroundings.environment().containsKey(VARIABLE)
                || Stream.of(Path.of(".env"), Path.of("copilot.properties"), home.resolve("copilot.properties"))
                        .anyMatch(DocsFolder::inFile);
        return project == null || said ? Optional.empty() : Optional.of(Path.of(project, "docs"));
    }

    private static boolean inFile(Path file) {
        try {
            return Files.isRegularFile(file)
                    && IN_FILE.matcher(Files.readString(file)).find();
        } catch (IOException unreadable) {
            // The orchestrator reads the same files and says what is wrong with it.
            return false;
        }
    }
}
