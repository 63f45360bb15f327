package org.copilotframework.storage.jdbc.sql;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** Puts the arguments of a statement in their places. */
public final class Arguments {
    private Arguments() {}

    /**
     * Binds arguments.
     *
     * @param statement whose arguments
     * @param first the place of the first one, from 1
     * @param arguments texts, numbers, bytes, arrays or nulls, in order
     * @throws SQLException if the database fails
     */
    public static void bind(PreparedStatement statement, int first, @Nullable Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            if (argument == null) {
                statement.setNull(first + i, Types.NULL);
            } else if (argument instanceof String text) {
                statement.setString(first + i, text);
            } else if (argument instanceof Long number) {
                statement.setLong(first + i, number);
            } else if (argument instanceof Integer number) {
                statement.setInt(first + i, number);
            } else if (argument instanceof byte[] bytes) {
                statement.setBytes(first + i, bytes);
            } else if (argument instanceof Array array) {
                statement.setArray(first + i, array);
            } else {
                throw new IllegalArgumentException(
                        "no way to bind a " + argument.getClass().getName());
            }
        }
    }
}
