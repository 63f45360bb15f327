package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sows secrets wherever one can be given, and looks for them in all that a full run says, logs and leaves behind. */
class SecretsStayInsideTest {
    private static final String KEYED = """
            @AgentInfo(name = "keyed", description = "Is given keys.")
            public final class Keyed implements Agent {
                public enum Mood { GOOD, BAD }
                public record Keys(
                        org.copilotframework.api.plugin.Secret apiKey,
                        java.util.Optional<org.copilotframework.api.plugin.Secret> envKey,
                        java.util.List<org.copilotframework.api.plugin.Secret> others,
                        @Default("1") int count,
                        @Default("good") Mood mood) {}
                private Keys keys;
                private String said;
                public void start(org.copilotframework.api.plugin.PluginContext plugin) {
                    keys = plugin.settings(Keys.class);
                    said = keys + " " + keys.hashCode() + " " + keys.apiKey() + " " + plugin + " has "
                            + keys.apiKey().value().length() + "+" + keys.envKey().orElseThrow().value().length()
                            + "+" + keys.others().get(0).value().length() + "+" + keys.apiKey().previous().orElse("").length();
                    plugin.logger().info("started with {}", said);
                }
                public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
                    context.logger().debug("asked {} with {}", context, said);
                    context.progress(said, 0.5);
                    String key = keys.apiKey().value();
                    switch (request.text()) {
                        case "fail":
                            throw new IllegalStateException("failed with " + said);
                        case "leak fail":
                            throw new IllegalStateException("failed with " + key);
                        case "leak plain":
                            return AgentReply.text(key);
                        case "leak url":
                            return AgentReply.text(java.net.URLEncoder.encode(key, java.nio.charset.StandardCharsets.UTF_8));
                        case "leak base64":
                            return AgentReply.text(java.util.Base64.getEncoder().encodeToString(("me:" + key).getBytes()));
                        case "leak log":
                            context.logger().warn("the key is {}", key);
                        default:
                            return AgentReply.text(said);
                    }
                }
            }
            """;

    @TempDir
    Path folder;

    private Path home;
    private Path inbox;
    private Path secrets;
    private Canary apiKey;
    private Canary password;
    private final List<Canary> canaries = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void sow() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        inbox = Files.createDirectory(folder.resolve("inbox"));
        secrets = Files.createDirectory(folder.resolve("secrets"));
        Files.copy(new PluginJar(folder).build("keyed", "1.0.0", KEYED), inbox.resolve("keyed.jar"));
        environment.put("COPILOT_SECRET_MASTER", sown("master").value());
        environment.put("SECRET_KEY", "${secret:master}");
        environment.put(
                "SECRET_KEY_PREVIOUS", "plain-" + sown("SECRET_KEY_PREVIOUS").core());
        environment.put("API_KEY", "plain-" + sown("API_KEY").core());
        environment.put(
                "COPILOT_PLUGIN_KEYED_ENV_KEY",
                "plain-" + sown("a plugin's own variable").core());
        password = sown("password");
        file("db", password.value());
        apiKey = sown("a plugin's secret");
        file("api", apiKey.value());
        file("api.previous", sown("a plugin's secret before").value());
        Canary shortOne = new Canary("a short one", Canary.sown("").core().substring(0, 20));
        canaries.add(shortOne);
        Canary keystore = sown("keystore");
        environment.put("KEYSTORE_PASSWORD", keystore.core());
        file("trust", keystore.core());
        keystore(keystore.core());
        file("url", "postgresql://copilot:" + sown("a password within a secret").core() + "@127.0.0.1:1/x");
        file("short", shortOne.core());
        file("other", sown("another master").value());
        file("binary", "\u00C3(" + sown("no text").core());
        Files.write(
                home.resolve("copilot.properties"),
                List.of(
                        "copilot.secrets.file.folder=" + secrets,
                        "copilot.encryption.provider=aead",
                        "copilot.plugin.keyed.api-key=${secret:api}",
                        "copilot.plugin.keyed.others=a ${secret:master}, ${API_KEY}"));
        environment.put("LOG_LEVEL", "TRACE");
    }

    /** Some hundred commands, in a process that is given eight minutes: it needs a small part of that on a machine that is free. */
    @Test
    @Timeout(value = 9, unit = TimeUnit.MINUTES)
    void nothingThatIsSaidLoggedOrLeftBehindHoldsASecret() throws Exception {
        String said;
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE ROLE copilot LOGIN PASSWORD '" + password.value() + "'");
                statement.execute("CREATE DATABASE copilot OWNER copilot");
            }
            environment.put(
                    "DATABASE_URL", "postgresql://copilot:${secret:db}@127.0.0.1:" + server.getPort() + "/copilot");
            said = run("whole", Integer.toString(server.getPort()));
        }
        assertThat(List.of(
                        "has " + apiKey.value().length() + "+",
                        "## ask keyed ended with 0",
                        "## store rewrap ended with 0",
                        "## keys create ended with 0",
                        "## keys revoke ended with 5",
                        "## config show ended with 0",
                        "## config check ended with 0",
                        "## config check ended with 2",
                        "## audit --home ended with 0",
                        "## token --home ended with 0",
                        "## ask keyed ended with 11",
                        "## run --port ended with 0",
                        "## sessions show ended with 0",
                        "## plugins sign ended with 0",
                        "## plugins verify ended with 0",
                        "## in trouble: secrets",
                        "## in trouble: storage",
                        " DEBUG ",
                        " TRACE ",
                        "(not shown)",
                        "${secret:db}",
                        "## done"))
                .as("of a run in which secrets were used and errors told")
                .allMatch(said::contains);
        assertThat(leaks(said)).isEmpty();
        assertThat(folder.resolve("copy.db")).isRegularFile();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(secrets))
                    .toList()) {
                assertThat(leaks(Files.readString(file, ISO_8859_1)))
                        .as("%s", file)
                        .isEmpty();
            }
        }
    }

    @Test
    void anAgentThatLeaksIsFound() throws Exception {
        String said = run("leaky", "1");
        assertThat(leaks(said))
                .anyMatch(leak -> leak.startsWith("a plugin's secret as it is"))
                .anyMatch(leak -> leak.startsWith("a plugin's secret in base64"))
                .noneMatch(leak -> leak.startsWith("master"));
        for (String way : List.of("failed with ", "the key is ")) {
            assertThat(said.substring(said.indexOf(way))).contains(apiKey.core());
        }
    }

    private void keystore(String password) {
        try {
            Process tool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-keyalg",
                            "EC",
                            "-alias",
                            "acme",
                            "-dname",
                            "CN=acme, O=Acme",
                            "-keystore",
                            folder.resolve("keys.p12").toString(),
                            "-storepass",
                            password)
                    .inheritIO()
                    .start();
            assertThat(tool.waitFor()).isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Each secret that a text holds, in which form, and some of the lines. */
    private List<String> leaks(String text) {
        List<String> leaks = new ArrayList<>();
        for (Canary canary : canaries) {
            // Most texts hold none; only then is it looked where.
            if (!canary.formsIn(text).isEmpty()) {
                List<String> lines = text.lines().toList();
                for (String line : lines) {
                    for (String form : canary.formsIn(line)) {
                        leaks.add(canary.name() + " " + form + ": " + line.substring(0, Math.min(600, line.length())));
                    }
                }
            }
        }
        return leaks.stream().distinct().limit(20).toList();
    }

    private Canary sown(String name) {
        Canary canary = Canary.sown(name);
        canaries.add(canary);
        return canary;
    }

    private void file(String name, String value) throws IOException {
        Files.writeString(secrets.resolve(name), value + "\n", ISO_8859_1);
    }

    private String run(String kind, String port) throws Exception {
        Path out = folder.resolve("said-" + kind);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dlog.exception=%ex",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CanaryProcess.class.getName(),
                        home.toString(),
                        inbox.toString(),
                        kind,
                        folder.toString(),
                        port)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("COPILOT") || name.startsWith("JAVA_TOOL"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(8, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(out, ISO_8859_1);
    }
}
