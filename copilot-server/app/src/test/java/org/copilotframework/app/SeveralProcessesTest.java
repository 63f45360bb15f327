package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.RunSummary;
import org.copilotframework.core.StoredData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three processes share the runs of one store while they are killed and the database is; what they were told they did holds. */
class SeveralProcessesTest {
    private static final TenantId ACME = new TenantId(SharingProcess.TENANT);
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final List<String> AGENTS = List.of("charging", "chatting", "sleeping", "asking", "endless");
    private static final int RUNS = 60;
    /** So many are open at a time, so that there is always something at work when a process is killed. */
    private static final int OPEN = 15;

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<Child> children = new ArrayList<>();
    /** The runs whose submission was acknowledged, with their agents, and the sessions. */
    private final Map<String, String> accepted = new HashMap<>();

    private String url = "";
    private int started;

    /** Where the runs are stored. */
    enum Place {
        SQLITE,
        POSTGRESQL,
        REDIS
    }

    @AfterEach
    void endAll() throws IOException {
        for (Child child : children) {
            child.kill();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void eachRunEndsOnceWhicheverProcessIsKilled(Place place) throws Exception {
        Files.createDirectory(folder.resolve("shared"));
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        switch (place) {
            case SQLITE -> {
                url = "sqlite:" + folder.resolve("shared.db");
                share(() -> {});
            }
            case POSTGRESQL -> {
                try (CrashingPostgres server = new CrashingPostgres(folder.resolve("data"))) {
                    url = server.url();
                    share(server::crashAndStartAgain);
                    endAll();
                }
            }
            case REDIS -> {
                Files.copy(
                        Path.of(System.getProperty("copilot.test.providers"), "redis.zip"),
                        plugins.resolve("redis.zip"));
                try (CrashingRedis server = new CrashingRedis(folder.resolve("data"))) {
                    url = server.url();
                    share(server::crashAndStartAgain);
                    endAll();
                }
            }
            default -> throw new AssertionError(place);
        }
    }

    /** Something that goes wrong. */
    private interface Disaster {
        void strike() throws Exception;
    }

    private void share(Disaster ofTheStore) throws Exception {
        for (int i = 0; i < 3; i++) {
            children.add(start());
        }
        try (StoredData data = open()) {
            List<Disaster> disasters = List.of(this::killOne, ofTheStore, this::killOne);
            for (int i = 0; i < disasters.size(); i++) {
                workUntil(data, 5 + 15 * i + random.nextInt(10));
                disasters.get(i).strike();
            }
            workUntil(data, RUNS);
        }
        // Anew, since what was found of a run stays as it was found.
        try (StoredData data = open()) {
            verify(data);
        }
    }

    private StoredData open() {
        return Orchestrator.builder()
                .home(folder.resolve("looking"))
                .plugins(folder.resolve("plugins"))
                .setting("copilot.storage.url", url)
                .openData();
    }

    /** Submits, answers, cancels, until so many of those that were acknowledged have ended. */
    private void workUntil(StoredData data, int ended) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .ignoreExceptionsMatching(
                        failure -> failure instanceof UnavailableException || failure instanceof ConflictException)
                .untilAsserted(() -> {
                    List<RunSummary> all = data.runs().list(ACME, null, null, 1_000);
                    long open =
                            all.stream().filter(run -> !run.state().terminal()).count();
                    for (; open < OPEN && accepted.size() < RUNS; open++) {
                        submit();
                    }
                    for (RunSummary run : all) {
                        attend(data, run);
                    }
                    assertThat(all.stream()
                                    .filter(run -> run.state().terminal()
                                            && accepted.containsKey(run.id().value()))
                                    .count())
                            .as(
                                    "seed %s, not ended: %s",
                                    seed,
                                    all.stream()
                                            .filter(run -> !run.state().terminal())
                                            .toList())
                            .isGreaterThanOrEqualTo(ended);
                });
    }

    private void submit() throws IOException {
        String agent = AGENTS.get(accepted.size() % AGENTS.size());
        String session = agent.equals("chatting") ? "s" + random.nextInt(3) : "-";
        children.get(random.nextInt(children.size()))
                .submit(agent + " " + session)
                .ifPresent(id -> accepted.put(id, agent + " " + session));
    }

    private static void attend(StoredData data, RunSummary run) {
        if (run.state() == RunState.INPUT_REQUIRED) {
            data.runs().find(ACME, run.id()).orElseThrow().input(Message.user("yes"));
        } else if (run.state() == RunState.WORKING && run.agent().equals("endless")) {
            data.runs().find(ACME, run.id()).orElseThrow().cancel("it is enough");
        }
    }

    private void killOne() throws IOException {
        int which = random.nextInt(children.size());
        children.get(which).kill();
        children.set(which, start());
    }

    private void verify(StoredData data) throws IOException {
        List<RunSummary> all = data.runs().list(ACME, null, null, 1_000);
        assertThat(all).extracting(run -> run.id().value()).containsAll(accepted.keySet());
        for (RunSummary summary : all) {
            if (accepted.containsKey(summary.id().value())) {
                assertThat(summary.state())
                        .as("%s with seed %s", summary, seed)
                        .isEqualTo(summary.agent().equals("endless") ? RunState.CANCELED : RunState.COMPLETED);
                Run run = data.runs().find(ACME, summary.id()).orElseThrow();
                assertThat(ends(run)).as("ends of %s", summary).containsExactly(summary.state());
                if (summary.agent().equals("asking")) {
                    assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("yes");
                }
            }
        }
        List<String> charged = Files.readAllLines(folder.resolve("shared").resolve("charge"));
        assertThat(charged).doesNotHaveDuplicates();
        assertThat(Files.readAllLines(folder.resolve("shared").resolve("after")))
                .containsAll(ofAgent("charging"));
        for (int i = 0; i < 3; i++) {
            verifySession(data, new SessionId("s" + i), all);
        }
    }

    private static List<RunState> ends(Run run) {
        List<RunState> ends = new ArrayList<>();
        try (EventStream events = run.events(0)) {
            events.forEachRemaining(event -> {
                if (event.event() instanceof Event.State state && state.state().terminal()) {
                    ends.add(state.state());
                }
            });
        }
        return ends;
    }

    /** Each of its runs has added one turn, one after the other. */
    private static void verifySession(StoredData data, SessionId session, List<RunSummary> all) {
        List<String> ended = all.stream()
                .filter(run -> run.session().equals(Optional.of(session)) && run.state() == RunState.COMPLETED)
                .map(run -> run.id() + "/1")
                .toList();
        List<Turn> turns = data.sessions().turns(ACME, session, Long.MAX_VALUE, 1_000);
        assertThat(turns).extracting(Turn::id).containsExactlyInAnyOrderElementsOf(ended);
        assertThat(turns)
                .extracting(Turn::version)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, ended.size()).boxed().toList());
    }

    private List<String> ofAgent(String agent) {
        return accepted.entrySet().stream()
                .filter(run -> run.getValue().startsWith(agent + " "))
                .map(Map.Entry::getKey)
                .collect(Collectors.toList());
    }

    private Child start() throws IOException {
        String name = "process" + ++started;
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SharingProcess.class.getName(),
                url,
                folder.resolve(name).toString(),
                folder.resolve("shared").toString(),
                folder.resolve("plugins").toString());
        Child child = new Child(new ProcessBuilder(command)
                .redirectError(folder.resolve(name + ".txt").toFile())
                .start());
        child.awaitReady();
        return child;
    }

    /** A process, and the lines that go to it and come from it. */
    private record Child(Process process, BufferedReader said, BufferedWriter told) {
        Child(Process process) {
            this(process, process.inputReader(UTF_8), process.outputWriter(UTF_8));
        }

        void awaitReady() throws IOException {
            assertThat(next()).hasValue(SharingProcess.READY);
        }

        /** The id of the run; empty if it was not acknowledged. */
        Optional<String> submit(String line) throws IOException {
            told.write(line + "\n");
            told.flush();
            return next().filter(answer -> answer.startsWith(SharingProcess.ACCEPTED))
                    .map(answer -> answer.substring(SharingProcess.ACCEPTED.length()));
        }

        /** What it says to us; the rest is its log. Empty if it has ended. */
        private Optional<String> next() throws IOException {
            String line = said.readLine();
            while (line != null && !line.startsWith("## ")) {
                line = said.readLine();
            }
            return Optional.ofNullable(line);
        }

        /** Ends it at once, as a crash does. */
        void kill() throws IOException {
            process.destroyForcibly().onExit().join();
            said.close();
        }
    }
}
