package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes know the same keys by one SQLite, also if one of them is killed in mid-call. */
class IdempotentProcessesTest {
    @TempDir
    Path folder;

    private String url = "";
    private Path notes;

    @BeforeEach
    void begin() {
        url = "sqlite:" + folder.resolve("shared.db");
        notes = folder.resolve("notes");
    }

    private Orchestrator start(String home) {
        return KeyedProcess.builder(url, folder.resolve(home))
                .agent(new KeyedProcess.Noting(notes, false))
                .start();
    }

    private static Client client(Orchestrator orchestrator) {
        return orchestrator.forCaller(Caller.of("acme", "ada"));
    }

    private static String said(Orchestrator orchestrator) {
        return client(orchestrator).invoke(KeyedProcess.request()).text();
    }

    private void kill(String when) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KeyedProcess.class.getName(),
                        url,
                        folder.resolve("killed").toString(),
                        notes.toString(),
                        when)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(folder.resolve("output")))
                    .isEqualTo(7);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void ofManyCallsToTwoNodesOneIsDone() throws IOException {
        try (Orchestrator one = start("one");
                Orchestrator other = start("other")) {
            List<CompletableFuture<String>> all = IntStream.range(0, 12)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> said(i % 2 == 0 ? one : other)))
                    .toList();
            List<String> replies =
                    all.stream().map(CompletableFuture::join).distinct().toList();

            assertThat(replies).hasSize(1);
            assertThat(Files.readAllLines(notes)).hasSize(1);
        }
        try (Orchestrator later = start("later")) {
            assertThat(said(later))
                    .isEqualTo("noted in " + Files.readAllLines(notes).get(0));
        }
    }

    @Test
    void whatAKilledProcessHasBegunIsGoneOnWithAndNotBegunAgain() throws Exception {
        kill("within");
        String begun = Files.readAllLines(notes).get(0);
        try (Orchestrator next = start("next")) {
            assertThat(said(next)).isEqualTo("noted in " + begun);
            assertThat(said(next)).isEqualTo("noted in " + begun);
            assertThat(Files.readAllLines(notes)).containsExactly(begun, begun);
            assertThat(next.runs().list(Caller.of("acme", "ada").tenant(), null, null, 10))
                    .hasSize(1);
        }
    }

    @Test
    void aProcessThatIsKilledBeforeItHasBegunBlocksNobody() throws Exception {
        kill("before");
        assertThat(notes).doesNotExist();
        try (Orchestrator next = start("next")) {
            String said = said(next);
            assertThat(said(next)).isEqualTo(said);
            assertThat(Files.readAllLines(notes)).hasSize(1);
        }
    }
}
