package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.testkit.CopilotAssertions.assertThat;

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
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.testkit.CopilotExtension;
import org.copilotframework.testkit.PluginChecks;
import org.copilotframework.testkit.PluginUnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The plugin in a real host. Each test is a tenant of its own, with a folder of its own. */
class DocsAgentTest {
    private static final Path DOCUMENTS = folder();
    private static final String QUESTION = "Where do penguins live?";

    @RegisterExtension
    static final CopilotExtension copilot = CopilotExtension.builder()
            .pluginUnderTest()
            .setting("copilot.plugin.docs.folder", DOCUMENTS.toAbsolutePath().toString())
            .setting("copilot.plugin.docs.folder-per-tenant", "true")
            .build();

    @TempDir
    Path temp;

    @Test
    void aQuestionIsAnsweredWithQuotationsAndWhereTheyStand() throws Exception {
        documentsOf("answers");

        AgentReply fromMarkdown = ask("answers", QUESTION);
        AgentReply fromPdf = ask("answers", "How many legs does a spider have?");
        AgentReply none = ask("answers", "What is the capital of France?");

        assertThat(fromMarkdown.text())
                .startsWith("> Penguins live in the south, on ice.\n\n— guide.md:5 (Birds › Penguins)");
        assertThat(fromMarkdown).hasData("/answered", true);
        assertThat(fromMarkdown)
                .hasData("/citations/0/file", "guide.md")
                .hasData("/citations/0/line", 5L)
                .hasData("/citations/0/heading", "Birds › Penguins")
                .hasData("/citations/0/quote", "Penguins live in the south, on ice.");
        assertThat(fromPdf.text()).startsWith("> A spider has eight legs and no wings.\n\n— paper.pdf, page 2");
        assertThat(none).hasText("Nothing in these documents answers that.");
        assertThat(none).hasData("/answered", false);
    }

    @Test
    void theCallerSeesHowFarTheReadingIs() throws Exception {
        documentsOf("progress");

        Run run = submit("progress", QUESTION);
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

    @Test
    void whatCannotBeReadIsReportedWithTheReason() throws Exception {
        Path documents = documentsOf("skipped");
        Files.write(documents.resolve("junk.pdf"), new byte[500]);
        Files.write(documents.resolve("latin.txt"), new byte[] {'f', (byte) 0xFC, 'r'});

        AgentReply reply = ask("skipped", QUESTION);

        assertThat(reply).hasData("/index/files", 2L);
        assertThat(reply).hasData("/index/skippedCount", 2L);
        assertThat(reply).hasData("/index/skipped/0/file", "junk.pdf");
        assertThat(reply).hasData("/index/skipped/1/reason", "it is not text in UTF-8");
    }

    @Test
    void noTenantSeesTheDocumentsOfAnother() throws Exception {
        Files.writeString(documentsOf("acme").resolve("a.md"), "The secret of Acme is a fox.");
        documentsOf("umbra");
        Files.createSymbolicLink(
                DOCUMENTS.resolve("linked"), DOCUMENTS.toAbsolutePath().resolve("acme"));

        assertThat(ask("acme", "What is the secret of Acme?").text()).contains("a.md:1");
        assertThat(ask("umbra", "What is the secret of Acme?").text()).doesNotContain("fox");
        assertThatThrownBy(() -> ask("linked", "What is the secret of Acme?"))
                .hasMessageContaining("no documents for the tenant linked");
        assertThatThrownBy(() -> ask("nobody", "What is the secret of Acme?"))
                .hasMessageContaining("no documents for the tenant nobody");
    }

    @Test
    void manyQuestionsAtOnceReadTheFolderOnce() throws Exception {
        documentsOf("many");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Long>> changes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                changes.add(threads.submit(() -> changed(ask("many", QUESTION))));
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
    void aLargeFolderIsReadOverAsManyQuestionsAsItTakes() throws Exception {
        manyDocumentsOf("large");
        long missing = 1;
        for (int i = 0; i < 200 && missing > 0; i++) {
            try {
                AgentReply reply = copilot.orchestrator()
                        .forCaller(Caller.of("large", "alice"))
                        .invoke(AgentRequest.to("docs")
                                .text(QUESTION)
                                .timeout(Duration.ofSeconds(1))
                                .build());
                missing = (Long) data(reply, "/index/missing");
                assertThat(reply.text().contains("still to be read")).isEqualTo(missing > 0);
            } catch (DeadlineExceededException | UnavailableException e) {
                // On a busy machine the time kept back for the answer is too short, and the next question finds the
                // last one still at work. What was read is stored all the same.
            }
        }
        assertThat(missing).isZero();
        assertThat(ask("large", QUESTION).text()).contains("guide.md:5");
    }

    @Test
    void aCanceledQuestionLeavesWhatItHasRead() throws Exception {
        manyDocumentsOf("canceled");
        Run run = submit("canceled", QUESTION);
        try (EventStream events = run.events(0)) {
            while (events.hasNext() && !(events.next().event() instanceof Event.Progress)) {
                // until the first file is read
            }
        }
        run.cancel("no longer of interest");

        // The next question waits for the canceled one to store what it has, and goes on from there.
        assertThat(changed(ask("canceled", QUESTION))).isLessThan(302);
    }

    @Test
    void anEmptyQuestionIsRefused() throws Exception {
        documentsOf("empty");

        assertThatThrownBy(() -> ask("empty", "  "))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("ask a question");
    }

    @Test
    void theIndexOutlivesARestartAndOnlyChangesAreReadAgain() throws Exception {
        documentsIn(temp);
        try (Orchestrator own = start(temp)) {
            assertThat(changed(ask(own, "acme", QUESTION))).isEqualTo(2L);
        }
        Files.writeString(temp.resolve("new.txt"), "A camel can go for weeks without water.");
        try (Orchestrator own = start(temp)) {
            AgentReply reply = ask(own, "acme", "How long can a camel go without water?");

            assertThat(reply.text()).contains("— new.txt:1");
            assertThat(changed(reply)).isEqualTo(1L);
            assertThat(changed(ask(own, "acme", QUESTION))).isZero();
        }
    }

    @Test
    void aDamagedIndexIsMadeAnewAndSaysSo() throws Exception {
        documentsIn(temp);
        try (Orchestrator own = start(temp)) {
            ask(own, "acme", QUESTION);
        }
        damageTheIndex();

        try (Orchestrator own = start(temp)) {
            AgentReply reply = ask(own, "acme", QUESTION);

            assertThat(reply.text()).contains("guide.md:5");
            assertThat(reply).hasData("/index/rebuilt", "its checksum is wrong");
        }
    }

    @Test
    void thePluginIsExchangedUnderLoadWithoutAFailedCallAndNothingOfItIsLeft() throws Exception {
        documentsIn(temp);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        AtomicBoolean enough = new AtomicBoolean();
        try (Orchestrator own = start(temp)) {
            ask(own, "acme", QUESTION);
            List<Future<Integer>> callers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                callers.add(threads.submit(() -> {
                    int answered = 0;
                    while (!enough.get()) {
                        assertThat(ask(own, "acme", QUESTION).text()).contains("guide.md:5");
                        answered++;
                    }
                    return answered;
                }));
            }
            try {
                for (int i = 0; i < 3; i++) {
                    own.plugins().reload("docs");
                }
            } finally {
                enough.set(true);
            }
            for (Future<Integer> caller : callers) {
                assertThat(caller.get()).isPositive();
            }
            own.plugins().remove("docs");
            awaitNothingIsLeft(own);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamedWithTheSetting() {
        assertThatThrownBy(() -> start(temp.resolve("nowhere")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.plugin.docs.folder")
                .hasMessageContaining("nowhere");
    }

    @Test
    void itIsPackedAsAHostWantsIt() {
        assertThat(PluginChecks.assertPackaged(PluginUnderTest.archive()).warnings())
                .isEmpty();
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory(Path.of("target"), "documents-");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path documentsOf(String tenant) throws IOException {
        return documentsIn(Files.createDirectory(DOCUMENTS.resolve(tenant)));
    }

    private static Path documentsIn(Path folder) throws IOException {
        Files.writeString(
                folder.resolve("guide.md"), "# Birds\n\n## Penguins\n\nPenguins live in the south, on ice.\n");
        Files.write(folder.resolve("paper.pdf"), Pdfs.of("Cover", "A spider has eight legs and no wings."));
        return folder;
    }

    private static void manyDocumentsOf(String tenant) throws IOException {
        Path folder = documentsOf(tenant);
        for (int i = 0; i < 300; i++) {
            Files.writeString(folder.resolve("n" + i + ".txt"), "The note with the number " + i + " says nothing.");
        }
    }

    private static AgentReply ask(String tenant, String question) {
        return ask(copilot.orchestrator(), tenant, question);
    }

    private static AgentReply ask(Orchestrator orchestrator, String tenant, String question) {
        return orchestrator.forCaller(Caller.of(tenant, "alice")).invoke(request(question));
    }

    private static Run submit(String tenant, String question) {
        return copilot.orchestrator().forCaller(Caller.of(tenant, "alice")).submit(request(question));
    }

    private static AgentRequest request(String question) {
        return AgentRequest.to("docs")
                .text(question)
                .timeout(Duration.ofMinutes(2))
                .build();
    }

    /** An orchestrator whose home outlives it. */
    private Orchestrator start(Path documents) {
        Orchestrator own = Orchestrator.builder()
                .home(temp.resolve(".home"))
                .setting("copilot.plugin.docs.folder", documents.toString())
                .start();
        try {
            if (own.plugins().list().isEmpty()) {
                own.plugins().install(PluginUnderTest.archive());
            }
            return own;
        } catch (RuntimeException e) {
            own.close();
            throw e;
        }
    }

    private void damageTheIndex() throws IOException {
        try (Stream<Path> files = Files.walk(temp.resolve(".home"))) {
            Path index = files.filter(file -> file.getFileName().toString().startsWith(TenantIndex.FILE))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(index);
            bytes[bytes.length / 2] ^= 1;
            Files.write(index, bytes);
        }
    }

    /** Neither classes nor machine code; what is mapped can be seen on Linux. */
    private void awaitNothingIsLeft(Orchestrator orchestrator) {
        Path maps = Path.of("/proc/self/maps");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            System.gc();
            assertThat(orchestrator.plugins().uncollected()).isEmpty();
            if (Files.exists(maps)) {
                assertThat(Files.readAllLines(maps).stream().filter(line -> line.contains(temp.toString())))
                        .isEmpty();
            }
        });
    }

    private static Object data(AgentReply reply, String pointer) {
        return reply.message()
                .data()
                .flatMap(data -> data.at(pointer))
                .map(Data::value)
                .orElseThrow();
    }

    private static long changed(AgentReply reply) {
        return (Long) data(reply, "/index/changed");
    }
}
