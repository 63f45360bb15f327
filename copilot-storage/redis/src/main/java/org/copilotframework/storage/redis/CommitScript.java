package org.copilotframework.storage.redis;

import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/**
 * How a commit becomes the arguments of {@code commit.lua}, and what its reply means. Lists come after their length; a group
 * that is not there is one empty argument.
 */
final class CommitScript {
    private CommitScript() {}

    static Arguments arguments(Commit commit) {
        Arguments out = new Arguments().add(commit.tenant().value());
        commit.session().ifPresentOrElse(session -> session(session, out), () -> out.addOrNone(null));
        if (commit.start().isPresent()) {
            start(commit.start().get(), out);
        } else if (commit.run().isPresent()) {
            change(commit.run().get(), out);
        } else if (commit.within().isPresent()) {
            RunLease lease = commit.within().get();
            out.add("within").add(lease.id().value()).add(lease.fence());
        } else {
            out.addOrNone(null);
        }
        out.add(commit.steps().size());
        for (StepRecord step : commit.steps()) {
            out.add(step.key()).add(step.result());
        }
        out.add(commit.events().size());
        for (StoredEvent event : commit.events()) {
            out.add(event.position()).add(event.content().bytes());
        }
        out.add(commit.values().size());
        for (ValueChange value : commit.values()) {
            out.add(value.key()).add(value.expected()).add(value.value()).addTime(value.ttl());
        }
        out.add(commit.messages().size());
        for (OutboxMessage message : commit.messages()) {
            out.add(message.topic()).add(message.key()).add(message.content().bytes());
        }
        return out;
    }

    private static void session(SessionChange change, Arguments out) {
        StoredTurn turn = change.turn();
        out.add(change.session().value()).add(turn.version()).add(turn.version() - 1);
        out.add(TurnForm.head(turn.id())).add(TurnForm.write(turn));
        out.add(change.keepTurns()).add(change.state().size());
        change.state().forEach((name, content) -> out.add(name).add(content));
    }

    private static void start(RunStart run, Arguments out) {
        out.add("start").add(run.id().value()).addOrNone(null);
        change(run.change(), run.state(), run.activation(), run.holder(), out);
        out.addTime(run.keep()).add(run.due()).add(run.detail());
        out.add(run.agent())
                .addOrNone(run.session() == null ? null : run.session().value());
        out.add(run.input().bytes());
    }

    private static void change(RunChange run, Arguments out) {
        out.add("change").add(run.id().value()).add(run.fence());
        change(run.change(), run.state(), run.activation(), run.holder(), out);
        out.addTime(run.keep()).add(run.due()).add(run.detail());
    }

    private static void change(String name, RunState state, int activation, @Nullable String holder, Arguments out) {
        out.add(name).add(state.name()).add(activation).addOrNone(holder);
    }

    static CommitResult result(Commit commit, Reply reply) {
        return switch (reply.text(0)) {
            case "done" -> new CommitResult(false, turn(commit), fence(commit));
            case "repeated" ->
                new CommitResult(true, reply.has(1) ? stored(commit, reply.bytes(1)) : turn(commit), fence(commit));
            default -> throw new ConflictException(conflict(commit, reply));
        };
    }

    private static @Nullable StoredTurn turn(Commit commit) {
        return commit.session().map(SessionChange::turn).orElse(null);
    }

    private static @Nullable StoredTurn stored(Commit commit, byte[] turn) {
        return commit.session()
                .map(session -> TurnForm.read(turn, session.turn().version()))
                .orElse(null);
    }

    private static long fence(Commit commit) {
        return commit.start().isPresent()
                ? 1
                : commit.run().map(run -> run.fence() + 1).orElse(0L);
    }

    private static String conflict(Commit commit, Reply reply) {
        String run = "run '" + commit.stepsOf().map(RunId::value).orElse("") + "' ";
        return switch (reply.text(0)) {
            case "version" ->
                commit.session()
                        .map(session -> "session '" + session.session() + "' is at version " + reply.text(1)
                                + ", and this change expects version "
                                + (session.turn().version() - 1)
                                + "; read the session again")
                        .orElseThrow();
            case "exists" -> run + "is there already";
            case "absent" -> run + "is not stored, or no longer kept";
            case "ended" -> run + "has ended as " + reply.text(1) + " and does not change any more";
            case "fence" ->
                run + "has fence " + reply.text(1) + ", and this change expects " + expectedFence(commit)
                        + ": another worker has taken it";
            case "value" ->
                "value '" + reply.text(1) + "' is at version " + reply.text(2)
                        + ", and this change expects version " + expectedVersion(commit, reply.text(1))
                        + " (0: not there); read the value again";
            default -> throw new IllegalStateException("commit.lua gave " + reply.text(0));
        };
    }

    private static long expectedFence(Commit commit) {
        return commit.run()
                .map(RunChange::fence)
                .orElseGet(() -> commit.within().map(RunLease::fence).orElse(0L));
    }

    private static long expectedVersion(Commit commit, String key) {
        return commit.values().stream()
                .filter(value -> value.key().equals(key))
                .mapToLong(ValueChange::expected)
                .findFirst()
                .orElse(0);
    }
}
