package org.copilotframework.storage.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;

/** Commits of turns for the tests. */
final class Turns {
    static final TenantId ACME = new TenantId("acme");
    static final TenantId UMBRELLA = new TenantId("umbrella");

    private Turns() {}

    static Commit turn(TenantId tenant, String session, long version, int bytes) {
        StoredTurn turn =
                new StoredTurn(session + "/" + version, version, Instant.EPOCH, "agent", Payload.of(new byte[bytes]));
        return Commit.in(tenant)
                .session(new SessionChange(new SessionId(session), turn, Map.of(), 0))
                .build();
    }

    static Commit saying(String session, long version, String words) {
        Payload content = Payload.of(words.getBytes(StandardCharsets.US_ASCII));
        StoredTurn turn = new StoredTurn(session + "/" + version, version, Instant.EPOCH, "agent", content);
        return Commit.in(ACME)
                .session(new SessionChange(new SessionId(session), turn, Map.of(), 0))
                .build();
    }

    static Commit turn(String session, long version) {
        return turn(ACME, session, version, 10);
    }

    /** The version of a session; 0 if there is none. */
    static long version(Storage storage, String session) {
        return storage.sessions()
                .head(ACME, new SessionId(session))
                .map(head -> head.version())
                .orElse(0L);
    }
}
