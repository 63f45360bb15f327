package org.copilotframework.storage.jdbc.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;

/** Reads sessions, and deletes them. */
final class SqlSessions implements Sessions {
    private final Database database;
    private final Clearing clearing;

    SqlSessions(Database database, Clearing clearing) {
        this.database = database;
        this.clearing = clearing;
    }

    @Override
    public Optional<SessionHead> head(TenantId tenant, SessionId id) {
        return database.query(database.texts().head(), rows -> head(rows, id), tenant.value(), id.value());
    }

    private static Optional<SessionHead> head(ResultSet rows, SessionId id) throws SQLException {
        if (!rows.next()) {
            return Optional.empty();
        }
        SessionHead head = headOnly(rows, id);
        Map<String, Payload> state = new HashMap<>();
        do {
            String name = rows.getString(4);
            if (name != null) {
                state.put(name, Rows.payload(rows, 5));
            }
        } while (rows.next());
        return Optional.of(new SessionHead(id, head.version(), head.first(), head.changed(), state));
    }

    private static SessionHead headOnly(ResultSet row, SessionId id) throws SQLException {
        return new SessionHead(id, row.getLong(1), row.getLong(2), Micros.instant(row.getLong(3)), Map.of());
    }

    @Override
    public List<StoredTurn> turns(TenantId tenant, SessionId id, long upTo, int limit, long maxBytes) {
        Limits.page(limit, MAX_PAGE);
        return database.query(
                database.texts().turns(),
                rows -> turns(rows, maxBytes),
                tenant.value(),
                id.value(),
                Math.max(0, Math.min(upTo, Limits.MAX_VERSION)),
                limit,
                maxBytes);
    }

    private static List<StoredTurn> turns(ResultSet rows, long maxBytes) throws SQLException {
        Deque<StoredTurn> turns = new ArrayDeque<>();
        long bytes = 0;
        while (rows.next()) {
            Payload content = Rows.payload(rows, 5);
            bytes += content.bytes().length;
            if (bytes > maxBytes && !turns.isEmpty()) {
                break;
            }
            turns.addFirst(new StoredTurn(
                    rows.getString(1), rows.getLong(2), Micros.instant(rows.getLong(3)), rows.getString(4), content));
        }
        return List.copyOf(turns);
    }

    @Override
    public List<SessionHead> list(TenantId tenant, @Nullable SessionId after, int limit) {
        Limits.page(limit, MAX_PAGE);
        return database.query(
                database.texts().sessions(),
                Rows.all(row -> headOnly(row, new SessionId(row.getString(4)))),
                tenant.value(),
                after == null ? "" : after.value(),
                limit);
    }

    @Override
    public boolean delete(TenantId tenant, SessionId id) {
        boolean was = database.deleteSession(tenant, id);
        if (was) {
            clearing.behind(tenant);
        } else {
            clearing.all(tenant);
        }
        return was;
    }
}
