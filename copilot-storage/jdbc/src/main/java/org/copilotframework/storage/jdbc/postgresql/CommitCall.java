package org.copilotframework.storage.jdbc.postgresql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.storage.jdbc.sql.Conflicts;
import org.copilotframework.storage.jdbc.sql.Micros;
import org.copilotframework.storage.jdbc.sql.Rows;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** One commit as a call of the function {@code copilot_commit}. */
final class CommitCall {
    private static final int ARGUMENTS = 33;
    private static final String FROM = " FROM copilot_commit(?" + ", ?".repeat(ARGUMENTS - 1) + ") AS c";
    private static final String CALL = "SELECT c.*" + FROM;

    /** The run is locked by then; its events are written in the same transaction. */
    private static final String CALL_WITH_EVENTS =
            "SELECT c.*, CASE c.outcome WHEN 'done' THEN copilot_add_events(?, ?, ?, ?, 0) END" + FROM;

    /** The function's error for a value at another version. */
    private static final String VALUE_CONFLICT = "CP001";

    private final Commit commit;
    private final List<@Nullable Object> arguments = new ArrayList<>(ARGUMENTS);

    CommitCall(Commit commit) {
        this.commit = commit;
    }

    CommitResult run(Pool pool) throws SQLException {
        if (!commit.events().isEmpty()) {
            events();
        }
        arguments.add(commit.tenant().value());
        session();
        run();
        riders();
        try {
            String sql = commit.events().isEmpty() ? CALL : CALL_WITH_EVENTS;
            return pool.changeOrThrow(sql, this::result, arguments.toArray());
        } catch (PSQLException failed) {
            throw valueConflict(failed);
        }
    }

    private void events() {
        List<StoredEvent> events = commit.events();
        add(
                commit.tenant().value(),
                commit.stepsOf().orElseThrow().value(),
                numbers(events, StoredEvent::position),
                contents(events, StoredEvent::content));
    }

    private void session() {
        SessionChange change = commit.session().orElse(null);
        if (change == null) {
            none(9);
            return;
        }
        StoredTurn turn = change.turn();
        add(
                change.session().value(),
                turn.version(),
                turn.id(),
                Micros.of(turn.time()),
                turn.agent(),
                turn.content().bytes(),
                (long) change.keepTurns());
        Map<String, @Nullable Payload> state = change.state();
        add(texts(state.keySet(), name -> name), contents(state.values(), value -> value));
    }

    private void run() {
        if (commit.start().isPresent()) {
            RunStart start = commit.start().get();
            add("start", start.id().value(), 0L, start.change(), start.agent());
            add(start.session() == null ? null : start.session().value());
            add(start.state().name(), start.activation(), start.input().bytes(), bytes(start.detail()), start.holder());
            due(start.due());
            add(Micros.orNull(start.keep()));
        } else if (commit.run().isPresent()) {
            RunChange run = commit.run().get();
            add("change", run.id().value(), run.fence(), run.change(), null, null);
            add(run.state().name(), run.activation(), null, bytes(run.detail()), run.holder());
            due(run.due());
            add(Micros.orNull(run.keep()));
        } else if (commit.within().isPresent()) {
            RunLease lease = commit.within().get();
            add("within", lease.id().value(), lease.fence());
            none(11);
        } else {
            none(14);
        }
    }

    private void due(Due due) {
        add(due.relative().map(Micros::of).orElse(null));
        add(due.absolute().map(Micros::of).orElse(null));
    }

    private void riders() {
        List<StepRecord> steps = commit.steps();
        add(texts(steps, StepRecord::key), contents(steps, StepRecord::result));
        List<ValueChange> values = commit.values();
        add(
                texts(values, ValueChange::key),
                numbers(values, ValueChange::expected),
                contents(values, ValueChange::value),
                numbers(values, change -> Micros.orNull(change.ttl())));
        List<OutboxMessage> messages = commit.messages();
        add(
                texts(messages, OutboxMessage::topic),
                texts(messages, OutboxMessage::key),
                contents(messages, OutboxMessage::content));
    }

    private CommitResult result(ResultSet row) throws SQLException {
        row.next();
        String outcome = row.getString(1);
        StoredTurn turn = commit.session().map(SessionChange::turn).orElse(null);
        switch (outcome) {
            case "done" -> {
                return new CommitResult(false, asStored(turn), fence());
            }
            case "repeated" -> {
                Payload content = Rows.orNull(row, 6);
                if (turn == null || content == null) {
                    return new CommitResult(true, asStored(turn), fence());
                }
                return new CommitResult(
                        true,
                        new StoredTurn(
                                turn.id(), turn.version(), Micros.instant(row.getLong(4)), row.getString(5), content),
                        fence());
            }
            default -> throw conflict(outcome, row.getLong(2), row.getString(3));
        }
    }

    private ConflictException conflict(String outcome, long found, @Nullable String state) {
        if (outcome.equals("session")) {
            return Conflicts.session(commit.session().orElseThrow(), found);
        }
        RunId run = commit.stepsOf().orElseThrow();
        return switch (outcome) {
            case "there" -> Conflicts.runIsThere(run);
            case "gone" -> Conflicts.runIsGone(run);
            case "ended" -> Conflicts.runHasEnded(run, String.valueOf(state));
            case "fence" ->
                Conflicts.runFence(
                        run,
                        found,
                        commit.run()
                                .map(RunChange::fence)
                                .orElseGet(() -> commit.within().orElseThrow().fence()));
            default -> throw new IllegalStateException("copilot_commit gave the outcome '" + outcome + "'");
        };
    }

    private PSQLException valueConflict(PSQLException failed) {
        ServerErrorMessage said = failed.getServerErrorMessage();
        if (VALUE_CONFLICT.equals(failed.getSQLState()) && said != null) {
            String[] detail = Objects.requireNonNull(said.getDetail()).split(" ");
            ValueChange change = commit.values().get(Integer.parseInt(detail[0]) - 1);
            throw Conflicts.value(change, Long.parseLong(detail[1]));
        }
        return failed;
    }

    /** The fence that the commit leaves, or left when it was made first. */
    private long fence() {
        return commit.start().isPresent()
                ? 1
                : commit.run().map(run -> run.fence() + 1).orElse(0L);
    }

    private static @Nullable StoredTurn asStored(@Nullable StoredTurn turn) {
        return turn == null
                ? null
                : new StoredTurn(
                        turn.id(),
                        turn.version(),
                        turn.time().truncatedTo(ChronoUnit.MICROS),
                        turn.agent(),
                        turn.content());
    }

    private void add(@Nullable Object... values) {
        arguments.addAll(Arrays.asList(values));
    }

    private void none(int count) {
        for (int i = 0; i < count; i++) {
            arguments.add(null);
        }
    }

    private static <T> String @Nullable [] texts(Collection<T> all, Function<T, String> text) {
        return all.isEmpty() ? null : all.stream().map(text).toArray(String[]::new);
    }

    private static <T> @Nullable Long @Nullable [] numbers(Collection<T> all, Function<T, @Nullable Long> number) {
        return all.isEmpty() ? null : all.stream().map(number).toArray(Long[]::new);
    }

    private static <T extends @Nullable Object> byte @Nullable [] @Nullable [] contents(
            Collection<T> all, Function<T, @Nullable Payload> content) {
        return all.isEmpty()
                ? null
                : all.stream().map(one -> bytes(content.apply(one))).toArray(byte[][]::new);
    }

    private static byte @Nullable [] bytes(@Nullable Payload payload) {
        return payload == null ? null : payload.bytes();
    }
}
