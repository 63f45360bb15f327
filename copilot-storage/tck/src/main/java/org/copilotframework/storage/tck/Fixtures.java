package org.copilotframework.storage.tck;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/** Turns, runs and payloads as the tests write them. */
final class Fixtures {
    /** Kept to the millisecond, as every store must. */
    static final Instant NOON = Instant.parse("2025-06-01T12:00:00.123Z");

    static final Duration LONG = Duration.ofHours(1);

    private Fixtures() {}

    static Payload payload(String text) {
        return Payload.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(Payload payload) {
        return new String(payload.bytes(), StandardCharsets.UTF_8);
    }

    /** The turn that the first activation of a run makes. */
    static StoredTurn turn(String run, long version) {
        return new StoredTurn(run + "/1", version, NOON, "docs", payload("said in " + run));
    }

    static SessionChange says(SessionId session, String run, long version) {
        return new SessionChange(session, turn(run, version), Map.of(), 0);
    }

    /** The class file of a record does not say that the values of its map may be null. */
    @SuppressWarnings("NullAway")
    static SessionChange says(SessionId session, String run, long version, Map<String, @Nullable Payload> state) {
        return new SessionChange(session, turn(run, version), state, 0);
    }

    /** A run that waits for a worker. */
    static RunStart queued(String id, String agent) {
        return start(id, agent, RunState.SUBMITTED, null, Due.now(), null);
    }

    /** A run that waits for somebody outside. */
    static RunStart parked(String id, String agent) {
        return start(id, agent, RunState.INPUT_REQUIRED, null, Due.never(), null);
    }

    /** A run that a holder has taken at once. */
    static RunStart working(String id, String agent, String holder, Duration lease) {
        return start(id, agent, RunState.WORKING, holder, Due.after(lease), null);
    }

    /** A run that is over at once. */
    static RunStart ended(String id, String agent, RunState state, @Nullable Duration keep) {
        return start(id, agent, state, null, Due.never(), keep);
    }

    static RunStart start(
            String id, String agent, RunState state, @Nullable String holder, Due due, @Nullable Duration keep) {
        Payload input = payload("asked of " + id);
        return new RunStart(new RunId(id), id + "/0", agent, null, state, 1, input, null, holder, due, keep);
    }

    /** The same run begun once more, and not by the same commit. */
    static RunStart again(RunStart run) {
        return new RunStart(
                run.id(),
                run.change() + "-again",
                run.agent(),
                run.session(),
                run.state(),
                run.activation(),
                run.input(),
                run.detail(),
                run.holder(),
                run.due(),
                run.keep());
    }

    /** A run lets go of its worker and waits for somebody outside. */
    static RunChange parks(RunRecord run) {
        return changes(run, RunState.INPUT_REQUIRED, Due.never());
    }

    static RunChange completes(RunRecord run) {
        return changes(run, RunState.COMPLETED, Due.never());
    }

    /** A change without a holder, named by the new state and the fence that the run has now. */
    static RunChange changes(RunRecord run, RunState state, Due due) {
        RunId id = run.head().id();
        long fence = run.head().fence();
        int next = run.head().activation() + 1;
        String name = id + "/" + fence + "/" + state;
        return new RunChange(id, fence, name, state, next, payload("left at " + fence), null, due, null);
    }
}
