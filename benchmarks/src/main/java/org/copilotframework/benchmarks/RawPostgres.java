package org.copilotframework.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/**
 * The statement of a commit in PostgreSQL by hand: the call of our store's function, on one connection, prepared once. Not safe
 * for use by several threads.
 */
final class RawPostgres implements AutoCloseable {
    private static final int ARGUMENTS = 33;

    private final Connection connection;
    private final PreparedStatement call;

    RawPostgres(String jdbc) throws SQLException {
        this.connection = DriverManager.getConnection(jdbc);
        this.call = connection.prepareStatement("SELECT * FROM copilot_commit(?" + ", ?".repeat(ARGUMENTS - 1) + ")");
    }

    /** One transaction. */
    void commit(Commit commit) throws SQLException {
        for (int i = 1; i <= ARGUMENTS; i++) {
            call.setNull(i, Types.NULL);
        }
        call.setString(1, commit.tenant().value());
        SessionChange session = commit.session().orElse(null);
        if (session != null) {
            StoredTurn turn = session.turn();
            call.setString(2, session.session().value());
            call.setLong(3, turn.version());
            call.setString(4, turn.id());
            call.setLong(5, micros(turn.time()));
            call.setString(6, turn.agent());
            call.setBytes(7, turn.content().bytes());
            call.setLong(8, session.keepTurns());
        }
        if (commit.start().isPresent()) {
            begin(commit.start().get());
        } else if (commit.run().isPresent()) {
            change(commit.run().get());
        }
        try (ResultSet row = call.executeQuery()) {
            row.next();
            if (!row.getString(1).equals("done")) {
                throw new IllegalStateException(row.getString(1));
            }
        }
    }

    private void begin(RunStart start) throws SQLException {
        call.setString(11, "start");
        call.setString(12, start.id().value());
        call.setLong(13, 0);
        call.setString(14, start.change());
        call.setString(15, start.agent());
        call.setString(16, start.session() == null ? null : start.session().value());
        call.setString(17, start.state().name());
        call.setInt(18, start.activation());
        call.setBytes(19, start.input().bytes());
        call.setString(21, start.holder());
        call.setLong(22, 15_000_000);
    }

    private void change(RunChange change) throws SQLException {
        call.setString(11, "change");
        call.setString(12, change.id().value());
        call.setLong(13, change.fence());
        call.setString(14, change.change());
        call.setString(17, change.state().name());
        call.setInt(18, change.activation());
        call.setBytes(20, bytes(change.detail()));
        if (change.keep() != null) {
            call.setLong(24, change.keep().toSeconds() * 1_000_000);
        }
    }

    private static byte @Nullable [] bytes(@Nullable Payload payload) {
        return payload == null ? null : payload.bytes();
    }

    private static long micros(Instant moment) {
        return moment.getEpochSecond() * 1_000_000 + moment.getNano() / 1_000;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
