package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;

/** Stores that nobody added to the program: their archives, as they are published, lie in the folder of plugins. */
class DroppedStoreTest {
    @TempDir
    static Path shared;

    private static RedisServer redis;
    private static int port;
    private static Path recalling;

    @TempDir
    Path folder;

    private Path plugins;
    /** DynamoDB Local is slow at the beginning. */
    private String timeout = "30s";

    @BeforeAll
    static void startRedis() throws IOException {
        recalling = new PluginJar(shared).recalling();
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        redis = RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("appendonly no")
                .setting("dir " + shared)
                .build();
        redis.start();
    }

    @AfterAll
    static void stopRedis() throws IOException {
        redis.stop();
    }

    @BeforeEach
    void drop() throws IOException {
        plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.copy(recalling, plugins.resolve("recalling.jar"));
        for (String name : List.of("redis.zip", "dynamodb.zip")) {
            Files.copy(Path.of(System.getProperty("copilot.test.providers"), name), plugins.resolve(name));
        }
    }

    @Test
    void theProgramItselfKnowsNothingOfRedisOrDynamo() {
        for (String type : List.of(
                "org.copilotframework.storage.redis.RedisStorageProvider",
                "io.lettuce.core.RedisClient",
                "software.amazon.awssdk.core.SdkClient")) {
            assertThatThrownBy(() -> Class.forName(type)).isInstanceOf(ClassNotFoundException.class);
        }
    }

    @Test
    void aDroppedRedisKeepsSessionsThatEachCommandSees() throws Exception {
        String url = "redis://127.0.0.1:" + port + "/0";

        eachCommandSeesTheSession(url);
        Outcome listed = run(url, "plugins", "list", "--json");
        assertThat(listed.json("/plugins/0/id")).isEqualTo("copilot-storage-dynamodb");
        assertThat(listed.json("/plugins/1/id")).isEqualTo("copilot-storage-redis");
        assertThat(listed.json("/plugins/1/kind")).isEqualTo("provider");
        assertThat(listed.json("/plugins/1/state")).isEqualTo("serving");

        String file = "sqlite:" + folder.resolve("copy.db");
        Outcome copied = run(url, "store", "copy", "--from", url, "--to", file, "--json");
        assertThat(copied.status()).as(copied.out() + copied.err()).isZero();
        assertThat(copied.json("/turns")).isEqualTo(2L);
        assertThat(run(file, "ask", "recall", "three", "--session", "s1").out()).isEqualTo("Before: one, two.\n");
    }

    @Test
    void aDroppedDynamoKeepsSessionsThatEachCommandSees() throws Exception {
        try (LocalDynamo server = new LocalDynamo(folder.resolve("dynamodb"))) {
            String url = LocalDynamo.url("agents", server.port());

            eachCommandSeesTheSession(url);
            String file = "sqlite:" + folder.resolve("copy.db");
            Outcome copied = run(url, "store", "copy", "--from", url, "--to", file, "--json");
            assertThat(copied.status()).as(copied.out() + copied.err()).isZero();
            assertThat(copied.json("/turns")).isEqualTo(2L);
        }
    }

    private void eachCommandSeesTheSession(String url) throws Exception {
        assertThat(run(url, "migrate").out()).contains("schema");
        Outcome first = process(url, "ask", "recall", "one", "--session", "s1");
        assertThat(first.out()).as(first.err()).isEqualTo("Nothing yet.\n");
        Outcome second = run(url, "ask", "recall", "two", "--session", "s1");
        assertThat(second.out()).as(second.err()).isEqualTo("Before: one.\n");
        assertThat(run(url, "sessions", "list", "--json").json("/sessions/0/version"))
                .isEqualTo(2L);
    }

    @Test
    void aDroppedDynamoIsOpenedAndSaysThatItsServerIsAway() {
        timeout = "1s";
        Outcome away =
                run("dynamodb://key:hidden@local/table?endpoint=http://127.0.0.1:1", "sessions", "list", "--json");
        assertThat(away.json("/error/code")).isEqualTo("unavailable");
        assertThat(away.out() + away.err()).contains("DynamoDB").doesNotContain("hidden");
    }

    /** The endpoint of the table answers nobody, and there are no credentials. */
    @Test
    void theTemplateOfATableIsPrintedBeforeThereIsOne() {
        Outcome printed = run("dynamodb://eu-central-1/agents", "migrate", "--print");

        assertThat(printed.status()).as(printed.err()).isZero();
        assertThat(printed.out())
                .startsWith("{")
                .contains("AWS::DynamoDB::Table", "\"Default\": \"agents\"")
                .endsWith("}\n");
        assertThat(printed.json("/Resources/Table/Properties/KeySchema/0/AttributeName"))
                .isEqualTo("pk");
        assertThat(run("dynamodb://eu-central-1/agents", "migrate", "--print", "--json")
                        .json("/schema"))
                .isEqualTo(printed.out().stripTrailing());
        Outcome none = run("memory:local", "migrate", "--print", "--json");
        assertThat(none.status()).isEqualTo(2);
        assertThat((String) none.json("/error/message")).contains("has no schema to print", "copilot migrate");
    }

    @Test
    void withoutTheFolderTheKnownSchemesAreListed() throws Exception {
        Files.delete(plugins.resolve("redis.zip"));
        Outcome unknown = run("redis://127.0.0.1:" + port, "sessions", "list", "--json");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat((String) unknown.json("/error/message"))
                .contains("opens 'redis'; known schemes: dynamodb, memory, postgres, postgresql, sqlite");
    }

    /** On a thread that ends: nobody can take back what the client's library leaves in the thread locals of its callers. */
    @Test
    void theClassesOfARealStoreAreCollectedOnceItIsClosed() throws Exception {
        AtomicReference<List<WeakReference<ClassLoader>>> loaders = new AtomicReference<>(List.of());
        Thread user = new Thread(() -> loaders.set(usedAndClosed("redis://127.0.0.1:" + port + "/1")));
        user.start();
        user.join();
        assertThat(loaders.get()).as("one for each who has opened it").hasSizeGreaterThan(1);
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            System.gc();
            return loaders.get().stream().allMatch(loader -> loader.get() == null);
        });
    }

    private List<WeakReference<ClassLoader>> usedAndClosed(String url) {
        OrchestratorBuilder builder = Orchestrator.builder()
                .home(folder.resolve("home"))
                .plugins(plugins)
                .setting("copilot.storage.url", url);
        try (Orchestrator copilot = builder.start();
                Storage beside = builder.openStorage()) {
            copilot.forCaller(Caller.local())
                    .invoke(AgentRequest.to("recall").text("one").session("s1").build());
            assertThat(beside.sessions()
                            .head(Caller.local().tenant(), new SessionId("s1"))
                            .orElseThrow()
                            .version())
                    .isEqualTo(1);
            assertThat(copilot.plugins().list())
                    .allMatch(plugin -> plugin.warnings().isEmpty());
            return loadersOfTheLibrary();
        }
    }

    /** Those of the threads that its library has: what a host is given is a proxy of its own. */
    private static List<WeakReference<ClassLoader>> loadersOfTheLibrary() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getClass)
                .filter(type -> type.getName().startsWith("io.netty."))
                .map(Class::getClassLoader)
                .distinct()
                .map(WeakReference::new)
                .toList();
    }

    private Outcome run(String url, String... args) {
        System.setProperty("DATABASE_URL", url);
        System.setProperty("copilot.storage.dynamodb.timeout", timeout);
        try {
            return new Cli().run(withFolders(args));
        } finally {
            System.clearProperty("DATABASE_URL");
            System.clearProperty("copilot.storage.dynamodb.timeout");
        }
    }

    /** As a user does; it takes its time, so once is enough. */
    private Outcome process(String url, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dcopilot.storage.dynamodb.timeout=" + timeout,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(withFolders(args)));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("DATABASE_URL", url);
        int status = builder.start().waitFor();
        return new Outcome(status, text(out), text(err));
    }

    private String[] withFolders(String... args) {
        return Stream.concat(
                        Stream.of(args),
                        Stream.of(
                                "--plugins",
                                plugins.toString(),
                                "--home",
                                folder.resolve("home").toString()))
                .toArray(String[]::new);
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, UTF_8).replace(System.lineSeparator(), "\n");
    }
}
