package org.copilotframework.storage.jdbc.sqlite;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.storage.jdbc.sql.Micros;
import org.copilotframework.storage.jdbc.sql.Rows;
import org.jspecify.annotations.Nullable;

/** Writes sessions, within a transaction of the writer. */
final class SessionWrites {
    /** A turn's key is its session's number, then so many bits of version. */
    static final int VERSION_BITS = 28;

    private static final long VERSIONS = (1L << VERSION_BITS) - 1;

    private static final String FIND =
            "SELECT no, version, oldest, day FROM copilot_session WHERE tenant = ? AND id = ?";
    private static final String TURN = "SELECT id, time, agent, content FROM copilot_turn WHERE no = ?";
    private static final String BEGIN = "INSERT INTO copilot_session (tenant, id, no, version, oldest, changed, day)"
            + " VALUES (?, ?, 1 + max(coalesce((SELECT max(no) FROM copilot_session), 0),"
            + " coalesce((SELECT max(no) FROM copilot_remains WHERE run = 0), 0)), 1, 1, ?, ?) RETURNING no";
    private static final String BEGIN_BEHIND =
            "INSERT INTO copilot_session (tenant, id, no, version, oldest, changed, day)"
                    + " VALUES (?, ?, 1 + max(coalesce((SELECT max(no) FROM copilot_session), 0),"
                    + " coalesce((SELECT max(no) FROM copilot_remains WHERE run = 0), 0)), ?, ?, ?, ?)"
                    + " ON CONFLICT (tenant, id) DO NOTHING";
    private static final String MOVE =
            "UPDATE copilot_session SET version = ?, oldest = ?, changed = ? WHERE tenant = ? AND id = ?";
    private static final String MOVE_DAY = "UPDATE copilot_session SET day = ? WHERE no = ?";
    private static final String APPEND =
            "INSERT INTO copilot_turn (no, id, time, agent, content) VALUES (?, ?, ?, ?, ?)";
    private static final String DROP = "DELETE FROM copilot_turn WHERE no BETWEEN ? AND ?";
    private static final String PUT = "INSERT INTO copilot_state (session, name, content) VALUES (?, ?, ?)"
            + " ON CONFLICT (session, name) DO UPDATE SET content = excluded.content";
    private static final String REMOVE = "DELETE FROM copilot_state WHERE session = ? AND name = ?";
    private static final String LEAVE =
            "INSERT INTO copilot_remains (run, no, tenant)" + " SELECT 0, no, tenant FROM copilot_session WHERE no = ?";
    private static final String CLEAR_STATE = "DELETE FROM copilot_state WHERE session = ?1 AND name IN ("
            + "SELECT name FROM copilot_state WHERE session = ?1 LIMIT ?2)";
    private static final String CLEAR_TURNS =
            "DELETE FROM copilot_turn WHERE no IN (" + "SELECT no FROM copilot_turn WHERE no BETWEEN ? AND ? LIMIT ?)";
    private static final String DELETE = "DELETE FROM copilot_session WHERE no = ?";

    /** Where a session stands; version 0 if there is none. */
    record Place(long no, long version, long oldest, long day) {}

    private final Statements statements;

    SessionWrites(Statements statements) {
        this.statements = statements;
    }

    Place find(TenantId tenant, SessionId id) throws SQLException {
        return statements.query(
                FIND,
                rows -> rows.next()
                        ? new Place(rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getLong(4))
                        : new Place(0, 0, 1, 0),
                tenant.value(),
                id.value());
    }

    /** The turn of this id at this version. */
    Optional<StoredTurn> turn(Place place, StoredTurn like) throws SQLException {
        if (like.version() > place.version()) {
            return Optional.empty();
        }
        return statements.query(
                TURN,
                rows -> rows.next() && rows.getString(1).equals(like.id())
                        ? Optional.of(new StoredTurn(
                                like.id(),
                                like.version(),
                                Micros.instant(rows.getLong(2)),
                                rows.getString(3),
                                Rows.payload(rows, 4)))
                        : Optional.empty(),
                key(place.no(), like.version()));
    }

    /** Begins a session behind turns that are not kept; false if there is one. */
    boolean begin(TenantId tenant, SessionId id, long dropped, long now) throws SQLException {
        return statements.update(BEGIN_BEHIND, tenant.value(), id.value(), dropped, dropped + 1, now, now / Micros.DAY)
                > 0;
    }

    /** Appends the turn, writes the state and drops turns that are no longer kept, at most two. */
    void write(TenantId tenant, SessionChange change, Place place, long now) throws SQLException {
        StoredTurn turn = change.turn();
        long day = now / Micros.DAY;
        long no = place.no();
        if (place.version() == 0) {
            no = statements.query(
                    BEGIN,
                    rows -> rows.next() ? rows.getLong(1) : 0L,
                    tenant.value(),
                    change.session().value(),
                    now,
                    day);
        } else {
            long oldest = oldestKept(change, place.oldest());
            statements.update(
                    MOVE,
                    turn.version(),
                    oldest,
                    now,
                    tenant.value(),
                    change.session().value());
            if (oldest > place.oldest()) {
                statements.update(DROP, key(no, place.oldest()), key(no, oldest - 1));
            }
            if (day != place.day()) {
                statements.update(MOVE_DAY, day, no);
            }
        }
        statements.update(
                APPEND,
                key(no, turn.version()),
                turn.id(),
                Micros.of(turn.time()),
                turn.agent(),
                turn.content().bytes());
        for (Map.Entry<String, @Nullable Payload> entry : change.state().entrySet()) {
            Payload value = entry.getValue();
            if (value == null) {
                statements.update(REMOVE, no, entry.getKey());
            } else {
                statements.update(PUT, no, entry.getKey(), value.bytes());
            }
        }
    }

    private static long oldestKept(SessionChange change, long oldest) {
        if (change.keepTurns() == 0) {
            return oldest;
        }
        long wanted = change.turn().version() - change.keepTurns() + 1;
        return Math.max(oldest, Math.min(wanted, oldest + 2));
    }

    /** Nobody sees its turns and state any more; they are cleared later. */
    void delete(long no) throws SQLException {
        statements.update(LEAVE, no);
        statements.update(DELETE, no);
    }

    /** Returns how many rows were cleared: fewer than so many if nothing is left. */
    int clear(long no, int rows) throws SQLException {
        int cleared = statements.update(CLEAR_STATE, no, rows);
        return cleared + statements.update(CLEAR_TURNS, key(no, 0), key(no, VERSIONS), rows - cleared);
    }

    private static long key(long no, long version) {
        return no << VERSION_BITS | version;
    }
}
