package org.copilotframework.storage.jdbc.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.storage.jdbc.sql.Database.Reading;
import org.jspecify.annotations.Nullable;

/** Makes our values of rows. */
public final class Rows {
    /** The columns of a run's head, from {@code copilot_run r}, as {@link #head} reads them. */
    public static final String HEAD = "r.tenant, r.id, r.agent, r.session, r.state, r.fence, r.activation, r.attempt,"
            + " r.holder, r.due, r.created, r.changed";

    private Rows() {}

    /**
     * Reads all rows.
     *
     * @param one reads one row
     * @param <T> what a row becomes
     * @return reads them into a list
     */
    public static <T> Reading<List<T>> all(Reading<T> one) {
        return rows -> {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(one.read(rows));
            }
            return all;
        };
    }

    /**
     * Reads rows until they are more than a number of bytes, but one in any case.
     *
     * @param one reads one row
     * @param content the content of what a row became
     * @param maxBytes stop before the row that would lead beyond so many
     * @param <T> what a row becomes
     * @return reads them into a list
     */
    public static <T> Reading<List<T>> upTo(Reading<T> one, Function<T, @Nullable Payload> content, long maxBytes) {
        return rows -> {
            List<T> page = new ArrayList<>();
            long bytes = 0;
            while (rows.next()) {
                T next = one.read(rows);
                Payload payload = content.apply(next);
                bytes += payload == null ? 0 : payload.bytes().length;
                if (bytes > maxBytes && !page.isEmpty()) {
                    break;
                }
                page.add(next);
            }
            return page;
        };
    }

    /**
     * Reads whether there is a row.
     *
     * @param rows the rows
     * @return whether there is one
     * @throws SQLException if the database fails
     */
    public static boolean any(ResultSet rows) throws SQLException {
        return rows.next();
    }

    /**
     * Reads one number.
     *
     * @param rows one row with one column
     * @return the number
     * @throws SQLException if the database fails
     */
    public static long number(ResultSet rows) throws SQLException {
        rows.next();
        return rows.getLong(1);
    }

    /**
     * Reads a run's head.
     *
     * @param row its columns are those of {@link #HEAD}
     * @return the head
     * @throws SQLException if the database fails
     */
    public static RunHead head(ResultSet row) throws SQLException {
        String session = row.getString(4);
        long due = row.getLong(10);
        boolean never = row.wasNull();
        return new RunHead(
                new TenantId(row.getString(1)),
                new RunId(row.getString(2)),
                row.getString(3),
                session == null ? null : new SessionId(session),
                RunState.valueOf(row.getString(5)),
                row.getLong(6),
                row.getInt(7),
                row.getInt(8),
                row.getString(9),
                never ? null : Micros.instant(due),
                Micros.instant(row.getLong(11)),
                Micros.instant(row.getLong(12)));
    }

    /**
     * Reads a run.
     *
     * @param row its columns are those of {@link #HEAD}, then input and detail
     * @return the run
     * @throws SQLException if the database fails
     */
    public static RunRecord run(ResultSet row) throws SQLException {
        return new RunRecord(head(row), payload(row, 13), orNull(row, 14));
    }

    /**
     * Reads content that is there.
     *
     * @param row the row
     * @param column its place, from 1
     * @return the content
     * @throws SQLException if the database fails
     */
    public static Payload payload(ResultSet row, int column) throws SQLException {
        return Payload.of(Objects.requireNonNull(row.getBytes(column)));
    }

    /**
     * Reads content that may not be there.
     *
     * @param row the row
     * @param column its place, from 1
     * @return the content, or null
     * @throws SQLException if the database fails
     */
    public static @Nullable Payload orNull(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? null : Payload.of(bytes);
    }
}
