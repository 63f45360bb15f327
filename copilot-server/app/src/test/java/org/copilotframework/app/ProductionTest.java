package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a developer's machine may do and production may not, by whatever way it is asked for. */
class ProductionTest {
    private static final Map<String, String> SOUND = Map.of(
            "APP_ENV", "prod",
            "COPILOT_PLUGINS_TRUST", "digest",
            "API_KEY", "Zt8vQ4nL1xW7rB3kM9pD6sF2hJ5gC0yT");

    @TempDir
    Path folder;

    private String refused(Map<String, String> more, String... words) throws Exception {
        Map<String, String> environment = new HashMap<>(SOUND);
        environment.putAll(more);
        try (Running command = Running.run(folder, environment, words)) {
            assertThat(command.ended()).as(command.text()).isEqualTo(2);
            return command.text().replaceAll("\\s+", " ");
        }
    }

    /** The log takes LOG_LEVEL itself; and a word that it does not know it takes for debug. */
    @ParameterizedTest
    @ValueSource(strings = {"debug", "TRACE", "loud"})
    void theLevelThatTheLogHasCountsHoweverItWasSet(String level) throws Exception {
        Map<String, String> variables = Map.of("COPILOT_LOG_LEVEL", "info", "LOG_LEVEL", level);
        assertThat(refused(variables, "run", "--port", "0")).contains("what callers say may be logged", "LOG_LEVEL");
        assertThat(refused(variables, "config", "check")).contains("what callers say may be logged", "LOG_LEVEL");
    }

    @Test
    void aQuietLogIsTaken() throws Exception {
        Map<String, String> environment = new HashMap<>(SOUND);
        environment.put("LOG_LEVEL", "warn");
        assertThat(Running.said(folder, environment, "config", "check")).contains("Nothing is wrong");
    }

    @Test
    void commandsThatLoadPluginsDoNotTrustAnyOfThem() throws Exception {
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        Path jar = new PluginJar(folder).greeter("1.0.0", "Hello");
        Files.copy(jar, inbox.resolve("greeter.jar"));
        Cli cli = new Cli();
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.write(home.resolve("copilot.properties"), List.of("copilot.environment=staging"));
        String there = inbox.toString();
        List<List<String>> commands = List.of(
                List.of("ask", "greet", "world", "--plugins", there),
                List.of("agents", "--plugins", there),
                List.of("plugins", "list", "--plugins", there),
                List.of("plugins", "install", jar.toString()),
                List.of("run", "--port", "0", "--plugins", there),
                List.of("sessions", "list", "--plugins", there));
        for (List<String> words : commands) {
            Outcome outcome = run(cli, home, words);
            assertThat(outcome.status()).as(words + outcome.err()).isEqualTo(2);
            assertThat(outcome.err()).as(words.toString()).contains("copilot.plugins.trust is any");
        }
        assertThat(home.resolve("plugins")).doesNotExist();

        Files.write(
                home.resolve("copilot.properties"),
                List.of("copilot.environment=staging", "copilot.plugins.trust=digest"));
        assertThat(run(cli, home, List.of("agents", "--plugins", there)).status())
                .isZero();
    }

    private static Outcome run(Cli cli, Path home, List<String> words) {
        List<String> all = new java.util.ArrayList<>(words);
        all.addAll(List.of("--home", home.toString()));
        return cli.run(all.toArray(String[]::new));
    }
}
