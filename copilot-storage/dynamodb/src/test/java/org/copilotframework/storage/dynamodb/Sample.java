package org.copilotframework.storage.dynamodb;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/** Commits as the tests of this store send them. */
final class Sample {
    static final TenantId TENANT = new TenantId("acme");
    static final SessionId SESSION = new SessionId("s1");

    private Sample() {}

    static Payload payload(String text) {
        return Payload.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static StoredTurn turn(long version, Payload content) {
        return new StoredTurn("r" + version + "/1", version, Instant.parse("2025-06-01T12:00:00Z"), "docs", content);
    }

    static Commit turn(long version) {
        return says(version, payload("said " + version), Map.of(), 0);
    }

    static Commit says(long version, Payload content, Map<String, @Nullable Payload> state, int keepTurns) {
        return Commit.in(TENANT)
                .session(new SessionChange(SESSION, turn(version, content), state, keepTurns))
                .build();
    }

    static RunStart queued(String id) {
        return begun(id, RunState.SUBMITTED, Due.now());
    }

    static RunStart begun(String id, RunState state, Due due) {
        return new RunStart(new RunId(id), id + "/0", "docs", null, state, 1, payload("asked"), null, null, due, null);
    }

    static Commit begin(RunStart run) {
        return Commit.in(TENANT).start(run).build();
    }
}
