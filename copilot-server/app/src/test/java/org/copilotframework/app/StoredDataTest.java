package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is stored outlives the command that stored it; each command here is as good as a process of its own. */
class StoredDataTest {
    @TempDir
    static Path folder;

    private static String given;

    @TempDir
    Path home;

    private final Cli cli = new Cli();

    @BeforeAll
    static void build() {
        PluginJar jars = new PluginJar(folder);
        given = Stream.of(jars.recalling(), jars.ordering(), jars.moody())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    @BeforeEach
    void launch() {
        cli.properties.put("copilot.launcher.plugins", given);
    }

    @Test
    void aSessionIsRememberedFromOneCommandToTheNext() {
        assertThat(run("ask", "recall", "one", "--session", "s1").out()).isEqualTo("Nothing yet.\n");
        assertThat(run("ask", "recall", "two", "--session", "s1").out()).isEqualTo("Before: one.\n");
        assertThat(home.resolve("copilot.db")).isRegularFile();
        assertThat(run("ask", "recall", "x", "--session", "s1", "--tenant", "acme")
                        .out())
                .isEqualTo("Nothing yet.\n");
    }

    @Test
    void sessionsAreListedPageAfterPage() {
        Outcome none = run("sessions", "list");
        assertThat(none.status()).isNotZero();
        assertThat(none.err()).contains("there is no SQLite file", "migrate");
        assertThat(home.resolve("copilot.db")).doesNotExist();
        assertThat(run("migrate").status()).isZero();
        assertThat(run("sessions", "list").out()).startsWith("No sessions.");
        Stream.of("s1", "s2", "s3").forEach(session -> run("ask", "recall", "x", "--session", session));

        Outcome list = run("sessions", "list");
        assertThat(list.status()).isZero();
        assertThat(list.out().lines()).hasSize(4).first().isEqualTo("SESSION  TURNS  CHANGED");
        Outcome first = run("sessions", "list", "--limit", "2");
        assertThat(first.out()).endsWith("There may be more: --after s2\n").doesNotContain("s3");
        Outcome json = run("sessions", "list", "--limit", "2", "--after", "s1", "--json");
        assertThat(json.json("/sessions/0/id")).isEqualTo("s2");
        assertThat(json.json("/sessions/1/version")).isEqualTo(1L);
        assertThat(json.json("/after")).isEqualTo("s3");
        assertThat(run("sessions", "list", "--tenant", "acme").out()).startsWith("No sessions.");
    }

    @Test
    void aSessionIsShownWithItsStateAndDeleted() {
        Stream.of("one", "two", "three").forEach(text -> run("ask", "recall", text, "--session", "s1"));

        Outcome shown = run("sessions", "show", "s1", "--turns", "2");
        assertThat(shown.status()).isZero();
        assertThat(shown.out())
                .contains("3  ", "  recall\n> three\nBefore: one, two.\n", "state last = \"three\"", "--before 2")
                .doesNotContain("> one");
        assertThat(run("sessions", "show", "s1", "--before", "2").out())
                .contains("> one")
                .doesNotContain("> two");
        Outcome json = run("sessions", "show", "s1", "--json");
        assertThat(json.json("/state/last")).isEqualTo("three");
        assertThat(json.json("/turns/2/reply/parts/0/text")).isEqualTo("Before: one, two.");

        assertThat(run("sessions", "delete", "s1").out()).isEqualTo("deleted session s1 and its runs: 3\n");
        Outcome gone = run("sessions", "show", "s1");
        assertThat(gone.status()).isEqualTo(5);
        assertThat(gone.err()).isEqualTo("error: no session is named 's1'\n");
        assertThat(run("sessions", "delete", "s1", "--json").json("/error/code"))
                .isEqualTo("not_found");
    }

    @Test
    void aRunThatAsksIsAnsweredByALaterCommand() {
        Outcome asked = run("ask", "order", "shoes");
        assertThat(asked.status()).isZero();
        assertThat(asked.out()).isEqualTo("Shall I order shoes?\n");
        String id = waiting();
        String command = "  copilot runs resume " + id + " TEXT --home " + home + "\n";
        assertThat(asked.err()).isEqualTo("The run waits for an answer. Give it with\n" + command);

        Outcome shown = run("runs", "show", id);
        assertThat(shown.out())
                .contains("run      " + id, "agent    order", "state    input_required", "Shall I order shoes?");
        assertThat(shown.err()).endsWith(command);
        assertThat(run("runs", "resume", id, "what?").out()).isEqualTo("Shall I order shoes?\n");
        Outcome json = run("runs", "resume", id, "yes", "--json");
        assertThat(json.status()).as(json.out()).isZero();
        assertThat(json.json("/text")).isEqualTo("Ordered.");
        assertThat(json.json("/agent")).isEqualTo("order");

        assertThat(run("runs", "resume", id).out()).isEqualTo("Ordered.\n");
        assertThat(run("runs", "show", id).out()).contains("state    completed", "Ordered.");
        Outcome late = run("runs", "resume", id, "no");
        assertThat(late.status()).isEqualTo(6);
        assertThat(late.err()).contains("waits for no input");
    }

    @Test
    void asJsonTheQuestionIsPartOfTheObject() {
        Outcome asked = run("ask", "order", "shoes", "--json");

        assertThat(asked.status()).isZero();
        assertThat(asked.json("/state")).isEqualTo("input_required");
        assertThat(asked.json("/question/parts/0/text")).isEqualTo("Shall I order shoes?");
        String id = (String) asked.json("/run");
        assertThat(run("runs", "show", id, "--json").json("/question/parts/0/text"))
                .isEqualTo("Shall I order shoes?");
        assertThat(asked.err()).isEmpty();
    }

    @Test
    void onATerminalThePersonAnswersAtOnce() {
        cli.onTerminal().typed = "what?\nyes\n";
        assertThat(run("ask", "order", "shoes").out())
                .isEqualTo("Shall I order shoes?\n> Shall I order shoes?\n> Ordered.\n");

        cli.typed = "";
        Outcome left = run("ask", "order", "hats");
        assertThat(left.out()).startsWith("Shall I order hats?\n> ");
        assertThat(left.err()).contains("The run waits for an answer");
    }

    @Test
    void runsAreListedByState() {
        run("migrate");
        assertThat(run("runs", "list").out()).isEqualTo("No runs.\n");
        run("ask", "order", "shoes");
        run("ask", "moody", "fail");
        run("ask", "recall", "x", "--session", "s1");

        assertThat(run("runs", "list").out().lines())
                .hasSize(4)
                .first()
                .asString()
                .matches("RUN +STATE +AGENT +CREATED +SESSION");
        assertThat(run("runs", "list", "--state", "failed").out())
                .contains("failed", "moody")
                .doesNotContain("order");
        Outcome page = run("runs", "list", "--limit", "1", "--json");
        assertThat(page.json("/runs/0/session")).isEqualTo("s1");
        assertThat((List<?>) run("runs", "list", "--json", "--after", (String) page.json("/after"))
                        .json("/runs"))
                .hasSize(2);
        Outcome unknown = run("runs", "list", "--state", "lazy");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(run("runs", "list", "--state", "rejected").out()).isEqualTo("No runs are rejected.\n");
        String failed =
                (String) run("runs", "list", "--state", "failed", "--json").json("/runs/0/id");
        assertThat(run("runs", "show", failed).out()).contains("agent_failed: ", "not today");
        assertThat(run("runs", "show", failed, "--json").json("/error/code")).isEqualTo("agent_failed");
    }

    @Test
    void aRunIsCanceledOnce() {
        run("ask", "order", "shoes");
        String id = waiting();

        assertThat(run("runs", "cancel", id, "--why", "too dear").out()).isEqualTo("canceled run " + id + "\n");
        assertThat(run("runs", "show", id).out()).contains("state    canceled", "too dear");
        Outcome again = run("runs", "cancel", id);
        assertThat(again.status()).isEqualTo(6);
        assertThat(again.err()).contains("has ended already: it is canceled");
        Outcome none = run("runs", "cancel", "nosuchrun", "--json");
        assertThat(none.status()).isEqualTo(5);
        assertThat(run("runs", "show", id, "--tenant", "acme").status()).isEqualTo(5);
    }

    @Test
    void aRunWhoseAgentIsNotHereIsLeftAlone() {
        run("ask", "order", "shoes");
        String id = waiting();
        cli.properties.clear();
        run("plugins", "remove", "ordering");

        Outcome outcome = run("runs", "resume", id, "yes");

        assertThat(outcome.status()).isEqualTo(5);
        assertThat(outcome.err()).contains("needs agent 'order'", "--plugins");
        assertThat(waiting()).isEqualTo(id);
    }

    @Test
    void aRunThatWaitsForAVersionOfItsPluginSaysSo() {
        run("ask", "order", "shoes");
        String detail = "{\"words\": \"install 1.x\", \"waits\": \"2026-01-01T00:00:00Z\"}";
        try (Storage storage = Orchestrator.builder()
                .setting("copilot.storage.url", "sqlite:" + home.resolve("copilot.db"))
                .openStorage()) {
            storage.commit(Commit.in(new TenantId("local"))
                    .start(new RunStart(
                            new RunId("waits"),
                            "submit",
                            "order",
                            null,
                            RunState.SUBMITTED,
                            2,
                            Payload.of(new byte[0]),
                            Payload.of(detail.getBytes(UTF_8)),
                            null,
                            Due.never(),
                            null))
                    .build());
        }

        assertThat(run("runs", "show", "waits").out()).contains("It cannot go on: install 1.x");
        assertThat(run("runs", "show", "waits", "--json").json("/obstacle")).isEqualTo("install 1.x");
        assertThat(run("runs", "show", waiting()).out()).doesNotContain("cannot go on");
    }

    @Test
    void aTenantIsErasedOnceItIsMeant() {
        run("ask", "recall", "one", "--session", "s1", "--tenant", "acme");
        run("ask", "recall", "one", "--session", "s1");

        Outcome unsure = run("tenants", "erase", "acme");
        assertThat(unsure.status()).isEqualTo(2);
        assertThat(unsure.err()).contains("--yes");
        cli.onTerminal().typed = "acne\n";
        assertThat(run("tenants", "erase", "acme").err()).contains("nothing was deleted");
        cli.typed = "acme\n";
        assertThat(run("tenants", "erase", "acme").out()).contains("erased tenant acme: 2 sessions");
        assertThat(run("tenants", "erase", "acme", "--yes", "--json").json("/stored"))
                .isEqualTo(0L);

        assertThat(run("sessions", "list", "--tenant", "acme").out()).startsWith("No sessions.");
        assertThat(run("sessions", "list").out()).contains("s1");
    }

    @Test
    void aStoreIsCopiedIntoAnother() throws Exception {
        run("ask", "recall", "one", "--session", "s1");
        run("ask", "order", "shoes");
        String copy = "sqlite:" + folder.resolve("copy of " + home.getFileName() + ".db");

        Outcome outcome = run("store", "copy", "--from", inHome(), "--to", copy);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("Both stores hold the same: 1 tenants, 1 sessions with 1 turns, 2 runs", "SHA-256 ");
        Outcome again = run("store", "copy", "--from", inHome(), "--to", copy, "--json");
        assertThat(again.json("/turns")).isEqualTo(1L);
        assertThat(outcome.out()).contains((String) again.json("/sha256"));

        cli.environment.clear();
        Path other = Files.createDirectory(folder.resolve("home of the copy of " + home.getFileName()));
        Files.writeString(other.resolve("copilot.properties"), "copilot.storage.url=" + copy + "\n");
        assertThat(cli.run("ask", "recall", "two", "--session", "s1", "--home", other.toString())
                        .out())
                .isEqualTo("Before: one.\n");
        Outcome ahead = run("store", "copy", "--from", inHome(), "--to", copy);
        assertThat(ahead.status()).isEqualTo(6);
        assertThat(ahead.err()).contains("the target holds data of its own", "written");
    }

    @Test
    void aWrongUrlOfACopyIsNamedByItsOption() {
        Outcome outcome = run("store", "copy", "--from", "memory:local", "--to", "tape://ann:secret@reel");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("--to: ", "'tape'").doesNotContain("secret");
        assertThat(run("store", "copy", "--from", "memory:a", "--to", "memory:a")
                        .err())
                .contains("name the same store");
        assertThat(run("store", "copy", "--from", "memory:a").err()).contains("--to=URL");
    }

    @Test
    void whereNothingIsMigratedAtStartMigrateDoesIt() throws Exception {
        Files.writeString(home.resolve("copilot.properties"), "copilot.storage.migrate=false\n");

        Outcome missing = run("sessions", "list");
        assertThat(missing.status()).isEqualTo(6);
        assertThat(run("migrate").out()).startsWith("The storage's schema is of the version");
        assertThat(run("migrate", "--json").json()).isEqualTo(Map.of("migrated", true));
        assertThat(run("sessions", "list").status()).isZero();
    }

    @Test
    void aLimitOutOfRangeIsRefused() {
        assertThat(run("sessions", "list", "--limit", "0").err()).contains("--limit: from 1 to 1000, not 0");
        assertThat(run("runs", "list", "--limit", "1001").status()).isEqualTo(2);
        assertThat(run("sessions", "show", "s1", "--turns", "0").err()).contains("--turns: from 1 to 1000, not 0");
        assertThat(home.resolve("copilot.db")).doesNotExist();
    }

    @Test
    void commandsThatNeedNoDataOpenNone() {
        assertThat(run("agents").status()).isZero();
        assertThat(run("plugins", "list").status()).isZero();
        assertThat(home.resolve("copilot.db")).doesNotExist();
    }

    private String inHome() {
        return "sqlite:" + home.resolve("copilot.db");
    }

    /** The one run that waits for an answer. */
    private String waiting() {
        return (String)
                run("runs", "list", "--state", "input_required", "--json").json("/runs/0/id");
    }

    private Outcome run(String... args) {
        return cli.run(Stream.concat(Stream.of(args), Stream.of("--home", home.toString()))
                .toArray(String[]::new));
    }
}
