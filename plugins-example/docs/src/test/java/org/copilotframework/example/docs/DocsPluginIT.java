package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin's archive in a real host. */
class DocsPluginIT {
    private static final Path ARCHIVE = Path.of(System.getProperty("docs.archive"));

    @TempDir
    Path temp;

    private Path documents;

    @BeforeEach
    void writeDocuments() throws IOException {
        documents = Files.createDirectory(temp.resolve("documents"));
        Files.writeString(
                documents.resolve("guide.md"), "# Birds\n\n## Penguins\n\nPenguins live in the south, on ice.\n");
        Files.write(documents.resolve("paper.pdf"), Pdfs.of("Cover", "A spider has eight legs and no wings."));
    }

    @Test
    void aQuestionIsAnsweredWithQuotationsAndWhereTheyStand() {
        try (Orchestrator copilot = start()) {
            AgentReply fromMarkdown = ask(copilot, "acme", "Where do penguins live?");
            AgentReply fromPdf = ask(copilot, "acme", "How many legs does a spider have?");
            AgentReply none = ask(copilot, "acme", "What is the capital of France?");

            assertThat(fromMarkdown.text())
                    .startsWith("> Penguins live in the south, on ice.\n\n— guide.md:5 (Birds › Penguins)");
            assertThat(data(fromMarkdown).at("/answered").orElseThrow().value()).isEqualTo(true);
            assertThat(data(fromMarkdown).at("/citations/0").orElseThrow().map())
                    .containsEntry("file", "guide.md")
                    .containsEntry("line", 5L)
                    .containsEntry("heading", "Birds › Penguins")
                    .containsEntry("quote", "Penguins live in the south, on ice.");
            assertThat(fromPdf.text()).startsWith("> A spider has eight legs and no wings.\n\n— paper.pdf, page 2");
            assertThat(none.text()).isEqualTo("Nothing in these documents answers that.");
            assertThat(data(none).at("/answered").orElseThrow().value()).isEqualTo(false);
        }
    }

    @Test
    void theIndexOutlivesARestartAndOnlyChangesAreReadAgain() throws Exception {
        try (Orchestrator copilot = start()) {
            assertThat(changed(ask(copilot, "acme", "Where do penguins live?"))).isEqualTo(2L);
        }
        Files.writeString(documents.resolve("new.txt"), "A camel can go for weeks without water.");
        try (Orchestrator copilot = start()) {
            AgentReply reply = ask(copilot, "acme", "How long can a camel go without water?");

            assertThat(reply.text()).contains("— new.txt:1");
            assertThat(changed(reply)).isEqualTo(1L);
            assertThat(changed(ask(copilot, "acme", "Where do penguins live?"))).isZero();
        }
    }

    @Test
    void aDamagedIndexIsMadeAnewAndSaysSo() throws Exception {
        try (Orchestrator copilot = start()) {
            ask(copilot, "acme", "Where do penguins live?");
        }
        Path index = storedIndexes().get(0);
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length / 2] ^= 1;
        Files.write(index, bytes);

        try (Orchestrator copilot = start()) {
            AgentReply reply = ask(copilot, "acme", "Where do penguins live?");

            assertThat(reply.text()).contains("guide.md:5");
            assertThat(data(reply).at("/index/rebuilt").orElseThrow().value()).isEqualTo("its checksum is wrong");
        }
    }

    @Test
    void theCallerSeesHowFarTheReadingIs() {
        try (Orchestrator copilot = start()) {
            Run run = copilot.forCaller(Caller.of("acme", "alice"))
                    .submit(AgentRequest.to("docs")
                            .text("Where do penguins live?")
                            .build());
            run.reply().toCompletableFuture().join();

            List<String> progress = new ArrayList<>();
            try (EventStream events = run.events(0)) {
                events.forEachRemaining(event -> {
                    if (event.event() instanceof Event.Progress told) {
                        progress.add(told.message());
                    }
                });
            }
            assertThat(progress).containsExactly("Read guide.md (1 of 2)", "Read paper.pdf (2 of 2)");
        }
    }

    @Test
    void eachTenantHasItsOwnIndexAndIfWantedItsOwnFolder() throws Exception {
        Files.writeString(
                Files.createDirectory(documents.resolve("acme")).resolve("a.md"), "The secret of Acme is a fox.");
        Files.writeString(Files.createDirectory(documents.resolve("umbra")).resolve("u.md"), "Umbra sells umbrellas.");
        try (Orchestrator copilot = builder()
                .setting("copilot.plugin.docs.folder-per-tenant", "true")
                .start()) {
            copilot.plugins().install(ARCHIVE);

            assertThat(ask(copilot, "acme", "What is the secret of Acme?").text())
                    .contains("a.md:1");
            assertThat(ask(copilot, "umbra", "What is the secret of Acme?").text())
                    .doesNotContain("fox");
            assertThatThrownBy(() -> ask(copilot, "nobody", "What is the secret of Acme?"))
                    .hasMessageContaining("no documents for the tenant nobody");
        }
        assertThat(storedIndexes()).hasSize(2);
    }

    @Test
    void manyQuestionsAtOnceReadTheFolderOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Orchestrator copilot = start()) {
            List<Future<Long>> changes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                changes.add(threads.submit(() -> changed(ask(copilot, "acme", "Where do penguins live?"))));
            }
            long sum = 0;
            for (Future<Long> change : changes) {
                sum += change.get();
            }
            assertThat(sum).isEqualTo(2);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void thePluginIsExchangedUnderLoadWithoutAFailedCallAndItsClassesAreFreed() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        AtomicBoolean enough = new AtomicBoolean();
        try (Orchestrator copilot = start()) {
            ask(copilot, "acme", "Where do penguins live?");
            List<Future<Integer>> callers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                callers.add(threads.submit(() -> {
                    int answered = 0;
                    while (!enough.get()) {
                        assertThat(ask(copilot, "acme", "Where do penguins live?")
                                        .text())
                                .contains("guide.md:5");
                        answered++;
                    }
                    return answered;
                }));
            }
            try {
                for (int i = 0; i < 3; i++) {
                    copilot.plugins().reload("docs");
                }
            } finally {
                enough.set(true);
            }
            for (Future<Integer> caller : callers) {
                assertThat(caller.get()).isPositive();
            }
            assertThat(copilot.plugins().uncollected()).isEmpty();
            copilot.plugins().remove("docs");
            awaitNothingIsLeft(copilot);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aLargeFolderIsReadOverAsManyQuestionsAsItTakes() throws Exception {
        for (int i = 0; i < 400; i++) {
            Files.writeString(documents.resolve("n" + i + ".txt"), "The note with the number " + i + " says nothing.");
        }
        try (Orchestrator copilot = start()) {
            long read = 0;
            long missing = 1;
            for (int i = 0; i < 200 && missing > 0; i++) {
                AgentReply reply = ask(copilot, "acme", "Where do penguins live?", Duration.ofMillis(1_500));
                missing = (Long) data(reply).at("/index/missing").orElseThrow().value();
                read += changed(reply);
                assertThat(reply.text().contains("still to be read")).isEqualTo(missing > 0);
            }
            assertThat(missing).isZero();
            assertThat(read).isEqualTo(402);
        }
    }

    @Test
    void aCanceledQuestionLeavesWhatItHasRead() throws Exception {
        for (int i = 0; i < 400; i++) {
            Files.writeString(documents.resolve("n" + i + ".txt"), "The note with the number " + i + " says nothing.");
        }
        try (Orchestrator copilot = start()) {
            Run run = copilot.forCaller(Caller.of("acme", "alice"))
                    .submit(AgentRequest.to("docs")
                            .text("Where do penguins live?")
                            .timeout(Duration.ofMinutes(1))
                            .build());
            try (EventStream events = run.events(0)) {
                while (events.hasNext() && !(events.next().event() instanceof Event.Progress)) {
                    // until the first file is read
                }
            }
            run.cancel("no longer of interest");

            // The next question waits for the canceled one to store what it has, and goes on from there.
            assertThat(changed(ask(copilot, "acme", "Where do penguins live?"))).isLessThan(402);
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamedWithTheSetting() {
        try (Orchestrator copilot = builder()
                .setting("copilot.plugin.docs.folder", temp.resolve("nowhere").toString())
                .start()) {
            assertThatThrownBy(() -> copilot.plugins().install(ARCHIVE))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("copilot.plugin.docs.folder")
                    .hasMessageContaining("nowhere");
        }
    }

    @Test
    void anEmptyQuestionIsRefused() {
        try (Orchestrator copilot = start()) {
            assertThatThrownBy(() -> ask(copilot, "acme", "  "))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("ask a question");
        }
    }

    private OrchestratorBuilder builder() {
        return Orchestrator.builder()
                .home(temp.resolve("home"))
                .setting("copilot.plugin.docs.folder", documents.toString());
    }

    private Orchestrator start() {
        Orchestrator copilot = builder().start();
        if (copilot.plugins().list().isEmpty()) {
            copilot.plugins().install(ARCHIVE);
        }
        return copilot;
    }

    private static AgentReply ask(Orchestrator copilot, String tenant, String question) {
        return ask(copilot, tenant, question, Duration.ofMinutes(1));
    }

    private static AgentReply ask(Orchestrator copilot, String tenant, String question, Duration timeout) {
        return copilot.forCaller(Caller.of(tenant, "alice"))
                .invoke(AgentRequest.to("docs").text(question).timeout(timeout).build());
    }

    /** Neither classes nor machine code; what is mapped can be seen on Linux. */
    private void awaitNothingIsLeft(Orchestrator copilot) {
        Path maps = Path.of("/proc/self/maps");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            System.gc();
            assertThat(copilot.plugins().uncollected()).isEmpty();
            if (Files.exists(maps)) {
                assertThat(Files.readAllLines(maps).stream().filter(line -> line.contains("/natives-")))
                        .isEmpty();
            }
        });
    }

    private static Data data(AgentReply reply) {
        return reply.message().data().orElseThrow();
    }

    private static long changed(AgentReply reply) {
        return (Long) data(reply).at("/index/changed").orElseThrow().value();
    }

    private List<Path> storedIndexes() throws IOException {
        try (Stream<Path> files = Files.walk(temp.resolve("home"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(TenantIndex.FILE))
                    .toList();
        }
    }
}
