package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store of files that nobody added to the program: its archive, as it is published, lies in the folder of plugins. */
class DroppedFilesTest {
    private static final Path S3 = Path.of(System.getProperty("copilot.test.s3"));
    private static final String KEY = "AKIDLOCAL";
    private static final String SECRET = "a-hidden-secret";

    @TempDir
    static Path shared;

    private static Path buckets;
    private static Process server;
    private static String port;

    @TempDir
    Path folder;

    @AgentInfo(name = "note")
    static final class Noting implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws IOException {
            context.blobs().write("notes/last", out -> out.write(request.text().getBytes(UTF_8)));
            try (InputStream in = context.blobs().read("notes/last").orElseThrow()) {
                return AgentReply.text("noted " + new String(in.readAllBytes(), UTF_8));
            }
        }
    }

    @BeforeAll
    static void startServer() throws IOException {
        buckets = Files.createDirectories(shared.resolve("buckets/files")).getParent();
        List<String> jars = new ArrayList<>(Files.readAllLines(S3.resolve("s3proxy.txt")));
        jars.add(0, S3.resolve("test-classes").toString());
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        String.join(File.pathSeparator, jars),
                        "org.copilotframework.storage.s3.S3ProxyMain",
                        KEY,
                        SECRET,
                        buckets.toString())
                .redirectError(shared.resolve("server.txt").toFile())
                .start();
        BufferedReader output = new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
        String line = output.readLine();
        assertThat(line).as(Files.readString(shared.resolve("server.txt"))).startsWith("port ");
        port = Objects.requireNonNull(line).substring(5);
    }

    @BeforeEach
    void drop() throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.copy(Path.of(System.getProperty("copilot.test.providers"), "s3.zip"), plugins.resolve("s3.zip"));
        System.setProperty("aws.accessKeyId", KEY);
        System.setProperty("aws.secretAccessKey", SECRET);
    }

    @AfterEach
    void forgetCredentials() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.getOutputStream().close();
        if (!server.waitFor(10, TimeUnit.SECONDS)) {
            server.destroyForcibly().waitFor();
        }
    }

    private OrchestratorBuilder builder(String bucket) {
        return Orchestrator.builder()
                .home(folder.resolve("home"))
                .plugins(folder.resolve("plugins"))
                .agent(new Noting())
                .setting("copilot.blobs.provider", "s3")
                .setting("copilot.blobs.bucket", bucket)
                .setting("copilot.blobs.s3.endpoint", "http://127.0.0.1:" + port)
                .setting("copilot.blobs.s3.path-style", "true");
    }

    @Test
    void aDroppedS3KeepsTheFilesOfAnAgent() throws IOException {
        try (Orchestrator copilot = builder("files").start()) {
            assertThat(copilot.forCaller(Caller.of("acme", "alice"))
                            .invoke(AgentRequest.to("note").text("milk").build())
                            .text())
                    .isEqualTo("noted milk");
            assertThat(copilot.plugins().list())
                    .anyMatch(plugin -> plugin.id().equals("copilot-storage-s3"))
                    .allMatch(plugin -> plugin.warnings().isEmpty());
        }
        try (Stream<Path> files = Files.walk(buckets.resolve("files/tenant=acme"))) {
            assertThat(files.filter(Files::isRegularFile)).anyMatch(file -> file.endsWith("notes/last"));
        }
    }

    @Test
    void aBucketThatIsNotThereIsNamedAtTheStart() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> builder("nowhere").start().close())
                .withMessageContaining("STORAGE_BUCKET")
                .withMessageContaining("'nowhere'")
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain(SECRET));
    }
}
