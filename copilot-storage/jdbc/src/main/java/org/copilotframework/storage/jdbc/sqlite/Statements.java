package org.copilotframework.storage.jdbc.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.copilotframework.storage.jdbc.sql.Arguments;
import org.copilotframework.storage.jdbc.sql.Database.Reading;
import org.jspecify.annotations.Nullable;

/** A connection and the statements that were prepared on it, which are kept: preparing one costs more than running it. */
final class Statements {
    /** Larger content is not held until the statement runs again. */
    private static final int LARGE = 64 * 1024;

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Statements(Connection connection) {
        this.connection = connection;
    }

    <T> T query(String sql, Reading<T> reading, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = bound(sql, arguments);
        try (ResultSet rows = statement.executeQuery()) {
            return reading.read(rows);
        }
    }

    /** Returns how many rows were changed. */
    int update(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = bound(sql, arguments);
        int changed = statement.executeUpdate();
        for (Object argument : arguments) {
            if (argument instanceof byte[] bytes && bytes.length > LARGE) {
                statement.clearParameters();
                break;
            }
        }
        return changed;
    }

    private PreparedStatement bound(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        Arguments.bind(statement, 1, arguments);
        return statement;
    }

    void close() throws SQLException {
        connection.close();
    }
}
