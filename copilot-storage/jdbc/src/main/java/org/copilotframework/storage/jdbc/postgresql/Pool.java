package org.copilotframework.storage.jdbc.postgresql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.jdbc.JdbcSettings;
import org.copilotframework.storage.jdbc.sql.Arguments;
import org.copilotframework.storage.jdbc.sql.Database.Reading;
import org.jspecify.annotations.Nullable;

/** The connections, and the one way in which statements reach the database. */
final class Pool {
    private static final int ATTEMPTS = 10;
    /** What is left for the statement if the wait for a connection took all the time. */
    private static final int LEAST_MILLIS = 50;

    private static final Executor AT_ONCE = Runnable::run;

    private final HikariDataSource connections;
    private final PostgresFaults faults;
    private final Duration timeout;

    private Pool(HikariDataSource connections, PostgresFaults faults, Duration timeout) {
        this.connections = connections;
        this.faults = faults;
        this.timeout = timeout;
    }

    /** Opens a pool with one connection, so that what is wrong with the URL is told now. */
    static Pool open(PostgresUrl url, JdbcSettings settings, PostgresFaults faults) {
        long millis = Math.max(250, settings.timeout().toMillis());
        HikariConfig config = new HikariConfig();
        config.setPoolName("copilot-postgresql");
        config.setDataSource(url.source(settings.timeout(), settings.timeout()));
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(millis);
        config.setValidationTimeout(Math.max(250, Math.min(5_000, millis / 4)));
        config.setInitializationFailTimeout(1);
        // The server gives up a little earlier than we do, so that we hear that nothing was done.
        config.setConnectionInitSql(
                "SET statement_timeout = " + settings.timeout().toMillis() * 8 / 10);
        try {
            return new Pool(new HikariDataSource(config), faults, settings.timeout());
        } catch (PoolInitializationException failed) {
            throw failed.getCause() instanceof SQLException known ? faults.opening(known) : failed;
        }
    }

    /** Reads. What failed because a connection had died is tried once more, as nothing was changed. */
    <T> T read(String sql, Reading<T> reading, @Nullable Object... arguments) {
        long begun = System.nanoTime();
        try {
            return run(sql, reading, arguments);
        } catch (SQLException failed) {
            // Who has waited for long already waits no longer: then it is the server that is gone, not a connection.
            if (!PostgresFaults.isOfConnection(failed) || isOver(begun, timeout.dividedBy(2))) {
                throw faults.of(failed);
            }
        }
        try {
            return run(sql, reading, arguments);
        } catch (SQLException failed) {
            throw faults.of(failed);
        }
    }

    /** Changes. What the database undid because of another transaction is tried again. */
    <T> T change(String sql, Reading<T> reading, @Nullable Object... arguments) {
        try {
            return changeOrThrow(sql, reading, arguments);
        } catch (SQLException failed) {
            throw faults.of(failed);
        }
    }

    <T> T changeOrThrow(String sql, Reading<T> reading, @Nullable Object... arguments) throws SQLException {
        long begun = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                return run(sql, reading, arguments);
            } catch (SQLException failed) {
                if (attempt == ATTEMPTS || !PostgresFaults.isWorthAnotherTry(failed) || isOver(begun, timeout)) {
                    throw failed;
                }
            }
        }
    }

    private static boolean isOver(long begun, Duration time) {
        return System.nanoTime() - begun > time.toNanos();
    }

    /** Does something by hand with a connection. */
    <T> T use(Use<T> use) throws SQLException {
        try (Connection connection = connection()) {
            return use.with(connection);
        }
    }

    /** What is done with a connection. */
    interface Use<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T run(String sql, Reading<T> reading, @Nullable Object... arguments) throws SQLException {
        long begun = System.nanoTime();
        try (Connection connection = connection()) {
            long left = timeout.toMillis() - (System.nanoTime() - begun) / 1_000_000;
            connection.setNetworkTimeout(AT_ONCE, (int) Math.max(LEAST_MILLIS, left));
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                Arguments.bind(statement, 1, inPostgres(connection, arguments));
                try (ResultSet rows = statement.executeQuery()) {
                    return reading.read(rows);
                }
            }
        } catch (SQLException failed) {
            if (PostgresFaults.isOfConnection(failed)) {
                forgetIdle();
            }
            throw failed;
        }
    }

    private Connection connection() throws SQLException {
        if (connections.isClosed()) {
            throw new UnavailableException("the store is closed", Duration.ofSeconds(1));
        }
        return connections.getConnection();
    }

    /** When one connection has died, the others have too, as a rule: a server was started again. */
    private void forgetIdle() {
        HikariPoolMXBean pool = connections.isClosed() ? null : connections.getHikariPoolMXBean();
        if (pool != null) {
            pool.softEvictConnections();
        }
    }

    private static @Nullable Object[] inPostgres(Connection connection, @Nullable Object[] arguments)
            throws SQLException {
        @Nullable Object[] bound = arguments.clone();
        for (int i = 0; i < bound.length; i++) {
            if (bound[i] instanceof String[] texts) {
                bound[i] = connection.createArrayOf("text", texts);
            } else if (bound[i] instanceof Long[] numbers) {
                bound[i] = connection.createArrayOf("int8", numbers);
            } else if (bound[i] instanceof byte[][] contents) {
                bound[i] = connection.createArrayOf("bytea", contents);
            }
        }
        return bound;
    }

    void close() {
        connections.close();
    }
}
