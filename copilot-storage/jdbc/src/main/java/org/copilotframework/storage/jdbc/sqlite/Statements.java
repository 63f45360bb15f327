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
    private static final int LARGE = 1 << 20;

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Statements(Connection connection) {
        this.connection = connection;
    }

    <T> T query(String sql, Reading<T> reading, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = bound(sql, arguments);
        try (ResultSet rows = statement.executeQuery()) {
            return reading.read(rows);
        } catch (SQLException failed) {
            forget(sql, failed);
            throw failed;
        }
    }

    /** Returns how many rows were changed. */
    int update(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = bound(sql, arguments);
        try {
            return statement.executeUpdate();
        } catch (SQLException failed) {
            forget(sql, failed);
            throw failed;
        } finally {
            if (isLarge(arguments)) {
                forget(sql, null);
            }
        }
    }

    /** Content that should not be held until the statement runs again. */
    private static boolean isLarge(@Nullable Object... arguments) {
        for (Object argument : arguments) {
            if (argument instanceof byte[] bytes && bytes.length > LARGE) {
                return true;
            }
        }
        return false;
    }

    /** The driver closes a statement that fails, though not always. */
    private void forget(String sql, @Nullable SQLException why) throws SQLException {
        PreparedStatement statement = prepared.remove(sql);
        if (statement == null) {
            return;
        }
        try {
            statement.close();
        } catch (SQLException closed) {
            if (why == null) {
                throw closed;
            }
            why.addSuppressed(closed);
        }
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
