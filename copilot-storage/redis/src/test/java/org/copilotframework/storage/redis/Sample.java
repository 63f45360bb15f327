package org.copilotframework.storage.redis;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.ValueChange;

/** Commits as the tests of this module make them. */
final class Sample {
    static final TenantId TENANT = new TenantId("acme");
    static final SessionId SESSION = new SessionId("s1");

    private Sample() {}

    /** A turn alone. */
    static Commit turn(long version) {
        return turn(TENANT, version, payload("said at " + version));
    }

    static Commit turn(TenantId tenant, long version, Payload content) {
        return Commit.in(tenant).session(change(version, content)).build();
    }

    /** All that a commit can have; another run, value and message for each version. */
    static Commit whole(long version) {
        RunStart start = new RunStart(
                new RunId("r" + version),
                "r" + version + "/0",
                "docs",
                SESSION,
                RunState.SUBMITTED,
                1,
                payload("in"),
                null,
                null,
                Due.now(),
                null);
        return Commit.in(TENANT)
                .session(change(version, payload("said at " + version)))
                .start(start)
                .step(new StepRecord("step", payload("done")))
                .value(ValueChange.insert("v" + version, payload("value"), null))
                .message(new OutboxMessage("runs", "r" + version, payload("told")))
                .build();
    }

    private static SessionChange change(long version, Payload content) {
        StoredTurn turn = new StoredTurn("r" + version + "/1", version, Instant.now(), "docs", content);
        return new SessionChange(SESSION, turn, Map.of("topic", payload("redis")), 0);
    }

    static Payload payload(String text) {
        return Payload.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
