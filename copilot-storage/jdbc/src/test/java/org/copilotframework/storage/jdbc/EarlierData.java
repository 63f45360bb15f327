package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.jdbc.Turns.ACME;
import static org.copilotframework.storage.jdbc.Turns.UMBRELLA;
import static org.copilotframework.storage.jdbc.Turns.turn;
import static org.copilotframework.storage.jdbc.Turns.version;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;

/** A row or more of each kind, as an earlier version of the tables has them, and what the present one must make of them. */
final class EarlierData {
    private static final Instant THEN = Instant.now().minusSeconds(3_600).truncatedTo(ChronoUnit.SECONDS);
    private static final Instant LATER = THEN.plus(Duration.ofDays(30));
    private static final SessionId BETA = new SessionId("beta");

    private EarlierData() {}

    /** Statements that fill the tables of PostgreSQL's version 7. */
    static List<String> ofPostgresql() {
        UnaryOperator<String> bytes = text -> "'" + text + "'::bytea";
        String session = "(SELECT no FROM copilot_session WHERE tenant = 'acme' AND id = 'beta')";
        String run = "(SELECT no FROM copilot_run WHERE tenant = 'acme' AND id = '%s')";
        return Stream.concat(
                        sessions("", ""),
                        Stream.of(
                                "INSERT INTO copilot_turn (session, version, time, tenant, id, agent, content) VALUES "
                                        + String.format(
                                                "(%1$s, 1, 0, 'acme', 'beta/1', 'agent', %2$s),"
                                                        + " (%1$s, 2, 0, 'acme', 'beta/2', 'agent', %3$s)",
                                                session, bytes.apply("one"), bytes.apply("two")),
                                "INSERT INTO copilot_state (session, tenant, name, content) VALUES (" + session
                                        + ", 'acme', 'mood', " + bytes.apply("good") + ")",
                                runs(", input, detail", no -> ", 'in " + no + "'::bytea, 'out " + no + "'::bytea"),
                                "INSERT INTO copilot_step (run, tenant, name, result) VALUES ("
                                        + String.format(run, "due") + ", 'acme', 'begun', NULL), ("
                                        + String.format(run, "due") + ", 'acme', 'done', " + bytes.apply("42") + ")",
                                "INSERT INTO copilot_event (run, position, tenant, content) VALUES ("
                                        + String.format(run, "due") + ", 7, 'acme', " + bytes.apply("seven") + "), ("
                                        + String.format(run, "due") + ", 8, 'acme', " + bytes.apply("eight") + ")",
                                values(bytes),
                                messages(bytes)))
                .toList();
    }

    /** Statements that fill the tables of SQLite's version 1. */
    static List<String> ofSqlite() {
        UnaryOperator<String> bytes = text -> "CAST('" + text + "' AS BLOB)";
        return Stream.concat(
                        sessions("no, ", "7, "),
                        Stream.of(
                                "INSERT INTO copilot_turn (no, id, time, agent, content) VALUES "
                                        + "((7 << 28) + 1, 'beta/1', 0,"
                                        + " 'agent', " + bytes.apply("one")
                                        + "), ((7 << 28) + 2, 'beta/2', 0, 'agent', "
                                        + bytes.apply("two") + ")",
                                "INSERT INTO copilot_state (session, name, content) VALUES (7, 'mood', "
                                        + bytes.apply("good") + ")",
                                runs(", no", no -> ", " + no),
                                contents(bytes),
                                "INSERT INTO copilot_step (run, name, result) VALUES (1, 'begun', NULL), (1, 'done', "
                                        + bytes.apply("42") + ")",
                                "INSERT INTO copilot_event (run, position, content) VALUES (1, 7, "
                                        + bytes.apply("seven") + "), (1, 8, " + bytes.apply("eight") + ")",
                                values(bytes),
                                messages(bytes)))
                .toList();
    }

    private static Stream<String> sessions(String column, String value) {
        long day = THEN.getEpochSecond() / 86_400;
        return Stream.of(
                "INSERT INTO copilot_session (" + column + "tenant, id, version, oldest, changed, day) VALUES (" + value
                        + "'acme', 'beta', 2, 1, " + micros(THEN) + ", " + day + ")");
    }

    /** Due, held by who has died, asking, ended, ended and over, and one of another tenant. */
    private static String runs(String columns, UnaryOperator<String> values) {
        List<String> runs = List.of(
                run("acme", "due", "SUBMITTED", null, THEN, null),
                run("acme", "held", "WORKING", "'died'", THEN.plusSeconds(1), null),
                run("acme", "asking", "INPUT_REQUIRED", null, LATER, null),
                run("acme", "ended", "COMPLETED", null, null, LATER),
                run("acme", "over", "FAILED", null, null, THEN),
                run("umbrella", "other", "SUBMITTED", null, LATER, null));
        StringBuilder all = new StringBuilder("INSERT INTO copilot_run (tenant, id, state, holder, due, expires, fence,"
                + " activation, attempt, agent, session, created, changed, change" + columns + ") VALUES ");
        for (int i = 0; i < runs.size(); i++) {
            all.append(i == 0 ? "(" : ", (")
                    .append(runs.get(i))
                    .append(values.apply(Integer.toString(i + 1)))
                    .append(')');
        }
        return all.toString();
    }

    private static String run(String tenant, String id, String state, String holder, Instant due, Instant expires) {
        return String.join(
                ", ",
                "'" + tenant + "'",
                "'" + id + "'",
                "'" + state + "'",
                String.valueOf(holder),
                due == null ? "NULL" : micros(due),
                expires == null ? "NULL" : micros(expires),
                "3, 2, 1, 'docs', 'beta'",
                micros(THEN),
                micros(THEN),
                "'" + id + "/2'");
    }

    private static String contents(UnaryOperator<String> bytes) {
        StringBuilder all = new StringBuilder("INSERT INTO copilot_run_content (no, content) VALUES ");
        for (int no = 1; no <= 6; no++) {
            all.append(no == 1 ? "" : ", ")
                    .append(String.format("(%d, %s)", no * 2, bytes.apply("in " + no)))
                    .append(String.format(", (%d, %s)", no * 2 + 1, bytes.apply("out " + no)));
        }
        return all.toString();
    }

    private static String values(UnaryOperator<String> bytes) {
        String row = "('acme', '%s', 5, %s, %s)";
        return "INSERT INTO copilot_value (tenant, name, version, expires, content) VALUES "
                + String.join(
                        ", ",
                        String.format(row, "brief", micros(LATER), bytes.apply("b")),
                        String.format(row, "count", "NULL", bytes.apply("41")),
                        String.format(row, "over", micros(THEN), bytes.apply("o")),
                        String.format(row, "text", "NULL", bytes.apply("t")));
    }

    private static String messages(UnaryOperator<String> bytes) {
        return "INSERT INTO copilot_outbox (tenant, topic, name, content) VALUES ('acme', 'runs', 'due', "
                + bytes.apply("first") + "), ('umbrella', 'runs', 'other', " + bytes.apply("second") + ")";
    }

    private static String micros(Instant moment) {
        return Long.toString(moment.getEpochSecond() * 1_000_000);
    }

    /** All of it is read through the contract, changed, swept and erased. */
    static void goesOn(Storage storage) {
        assertThat(storage.tenants(null, 10)).containsExactly(ACME, UMBRELLA);
        sessionsGoOn(storage);
        runsGoOn(storage);
        valuesGoOn(storage);
        messagesGoOn(storage);

        assertThat(storage.sweep(new Retention(Duration.ofDays(1)), 100)).isEqualTo(2);
        assertThat(storage.runs().find(ACME, new RunId("over"))).isEmpty();
        assertThat(storage.sessions().delete(ACME, BETA)).isTrue();
        assertThat(storage.runs().delete(ACME, new RunId("due"))).isTrue();
        assertThat(storage.sessions().turns(ACME, BETA, 9, 10, 1_000)).isEmpty();
        assertThat(storage.erase(ACME)).isPositive();
        assertThat(storage.erase(UMBRELLA)).isPositive();
        assertThat(storage.tenants(null, 10)).isEmpty();
    }

    private static void sessionsGoOn(Storage storage) {
        SessionHead head = storage.sessions().head(ACME, BETA).orElseThrow();
        assertThat(head.version()).isEqualTo(2);
        assertThat(head.first()).isEqualTo(1);
        assertThat(head.state()).isEqualTo(Map.of("mood", payload("good")));
        assertThat(storage.sessions().list(ACME, null, 10))
                .extracting(SessionHead::id)
                .containsExactly(BETA);
        assertThat(storage.sessions().turns(ACME, BETA, 9, 10, 1_000))
                .containsExactly(
                        new StoredTurn("beta/1", 1, Instant.EPOCH, "agent", payload("one")),
                        new StoredTurn("beta/2", 2, Instant.EPOCH, "agent", payload("two")));
        storage.commit(turn("beta", 3));
        assertThat(version(storage, "beta")).isEqualTo(3);
    }

    private static void runsGoOn(Storage storage) {
        Runs runs = storage.runs();
        RunRecord due = runs.find(ACME, new RunId("due")).orElseThrow();
        assertThat(due.input()).isEqualTo(payload("in 1"));
        assertThat(due.detail()).isEqualTo(payload("out 1"));
        assertThat(due.head())
                .isEqualTo(new RunHead(
                        ACME, new RunId("due"), "docs", BETA, RunState.SUBMITTED, 3, 2, 1, null, THEN, THEN, THEN));
        assertThat(runs.list(ACME, null, null, 10))
                .extracting(head -> head.id().value())
                .startsWith("over", "held", "ended", "due", "asking");
        assertThat(runs.list(ACME, RunState.INPUT_REQUIRED, null, 10)).hasSize(1);
        assertThat(runs.step(ACME, new RunId("due"), "begun")).contains(new StepRecord("begun", null));
        assertThat(runs.steps(ACME, new RunId("due"), "", 10, 1_000))
                .containsExactly(new StepRecord("begun", null), new StepRecord("done", payload("42")));
        assertThat(runs.events(ACME, new RunId("due"), 0, 10, 1_000))
                .containsExactly(new StoredEvent(7, payload("seven")), new StoredEvent(8, payload("eight")));
        assertThat(runs.overdue(Duration.ofMinutes(1), List.of(), 10))
                .extracting(head -> head.id().value())
                .containsExactly("due", "held");
        assertThat(runs.remaining(ACME, new RunId("held"))).isEmpty();
        assertThat(runs.claim("me", List.of("docs"), Duration.ofHours(1), 10, 1_000))
                .extracting(run -> run.head().id().value() + "@" + run.head().fence())
                .containsExactly("due@4", "held@4");
    }

    private static void valuesGoOn(Storage storage) {
        assertThat(storage.values().list(ACME, "", "", 10, 1_000))
                .containsExactly(
                        new StoredValue("brief", payload("b"), 5),
                        new StoredValue("count", payload("41"), 5),
                        new StoredValue("text", payload("t"), 5));
        assertThat(storage.values().remaining(ACME, "brief")).isPresent();
        assertThat(storage.values().remaining(ACME, "text")).isEqualTo(Optional.empty());
        assertThat(storage.values().isCounter(ACME, "count")).as("may be one").isTrue();
        assertThat(storage.values().isCounter(ACME, "text"))
                .as("not known either")
                .isTrue();
        assertThat(storage.values().add(ACME, "count", 1, null)).isEqualTo(42);
        assertThat(storage.values().isCounter(ACME, "count")).isTrue();
        assertThat(storage.values().compareAndSet(ACME, ValueChange.update("text", 5, payload("7"), null)))
                .hasValue(6);
        assertThat(storage.values().isCounter(ACME, "text")).isFalse();
    }

    private static void messagesGoOn(Storage storage) {
        List<OutboxRecord> messages = storage.outbox().read(10, 1_000);
        assertThat(messages)
                .extracting(message -> new String(message.message().content().bytes(), StandardCharsets.US_ASCII))
                .containsExactly("first", "second");
        assertThat(storage.outbox().readAfter(messages.get(0), 10, 1_000)).hasSize(1);
        storage.outbox().remove(messages);
        assertThat(storage.outbox().read(10, 1_000)).isEmpty();
    }

    private static Payload payload(String text) {
        return Payload.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
