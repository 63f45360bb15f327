package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that die without a word; SQLite in the home is all that is left of them. */
class KilledProcessTest {
    private static final Duration SOON = Duration.ofSeconds(120);

    @TempDir
    Path folder;

    private Path work;
    private Path plugins;
    private final Cli cli = new Cli();

    @BeforeEach
    void makePlugin() throws IOException {
        work = Files.createDirectory(folder.resolve("work"));
        plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.move(new PluginJar(folder).steady(), plugins.resolve("steady.jar"));
    }

    @Test
    void aRunWhoseProcessWasKilledGoesOnInTheNextAndRepeatsNoStep() throws Exception {
        Process first = start("ask", "steady", work.toString());
        try {
            await().atMost(SOON).until(() -> Files.exists(work.resolve("waiting")));
        } finally {
            first.destroyForcibly().waitFor();
        }
        assertThat(runs("working")).isEqualTo(1);

        Files.createFile(work.resolve("go"));
        Process second = start("run");
        try {
            await().atMost(SOON).until(() -> runs("completed") == 1);
        } finally {
            second.destroy();
            second.waitFor();
        }
        assertThat(steps()).containsExactly("first", "second");
        String id = (String) cli("runs", "list", "--json").json("/runs/0/id");
        assertThat(cli("runs", "show", id).out()).contains("first and second");
    }

    private List<String> steps() throws IOException {
        return Files.readAllLines(work.resolve("steps"));
    }

    private int runs(String state) {
        return ((List<?>) cli("runs", "list", "--state", state, "--json").json("/runs")).size();
    }

    private Outcome cli(String... args) {
        return cli.run(
                Stream.concat(Stream.of(args), Stream.of("--home", home())).toArray(String[]::new));
    }

    private String home() {
        return folder.resolve("home").toString();
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        command.addAll(List.of("--home", home(), "--plugins", plugins.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(args[0] + ".txt").toFile()));
        builder.environment().put("COPILOT_RUNS_LEASE", "1s");
        builder.environment().put("COPILOT_INVOKE_TIMEOUT", "10m");
        return builder.start();
    }
}
