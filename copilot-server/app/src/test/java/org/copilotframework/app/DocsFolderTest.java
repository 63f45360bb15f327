package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocsFolderTest {
    @TempDir
    Path home;

    private final Cli cli = new Cli();

    @Test
    void itIsTheProjectsOwnWhereTheProgramWasLaunchedFromTheProject() {
        assertThat(new DocsFolder(cli.surroundings(), home).path()).isEmpty();
        cli.properties.put("copilot.launcher.root", "/project");
        assertThat(new DocsFolder(cli.surroundings(), home).path()).contains(Path.of("/project", "docs"));
    }

    @Test
    void theUsersOwnSettingWins() {
        cli.properties.put("copilot.launcher.root", "/project");
        cli.environment.put("COPILOT_PLUGIN_DOCS_FOLDER", "/mine");
        assertThat(new DocsFolder(cli.surroundings(), home).path()).isEmpty();
        cli.environment.clear();
        cli.properties.put("copilot.plugin.docs.folder", "/mine");
        assertThat(new DocsFolder(cli.surroundings(), home).path()).isEmpty();
    }

    @Test
    void aSettingInTheHomesFileWinsToo() throws IOException {
        cli.properties.put("copilot.launcher.root", "/project");
        Path file = home.resolve("copilot.properties");
        Files.writeString(file, "# copilot.plugin.docs.folder=/commented\ncopilot.plugin.docs.folders=/other\n");
        assertThat(new DocsFolder(cli.surroundings(), home).path()).isPresent();
        Files.writeString(file, "copilot.home=x\n%dev.copilot.plugin.docs.folder = /mine\n");
        assertThat(new DocsFolder(cli.surroundings(), home).path()).isEmpty();
    }
}
