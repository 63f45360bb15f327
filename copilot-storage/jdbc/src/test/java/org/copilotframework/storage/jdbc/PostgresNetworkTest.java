package org.copilotframework.storage.jdbc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.copilotframework.storage.tck.NetworkFaultsKit;
import org.copilotframework.storage.tck.StoreUnderTest;

/** The kit's faults of the network, and a server that crashes. */
class PostgresNetworkTest extends NetworkFaultsKit {
    private static final TestDatabase STORE = TestDatabase.empty();

    private Connection locking;

    @Override
    protected StoreUnderTest store() {
        return STORE;
    }

    @Override
    protected InetSocketAddress server() {
        return new InetSocketAddress("127.0.0.1", TestServer.port());
    }

    @Override
    protected StoreUnderTest through(InetSocketAddress proxy) {
        return STORE.through(proxy).with("timeout", "2s");
    }

    @Override
    protected void stopServer() throws IOException {
        TestServer.crash();
    }

    @Override
    protected void startServer() throws IOException {
        TestServer.startAgain();
    }

    @Override
    protected List<Throttling> throttlings() {
        return List.of(
                new Throttling(
                        "the role has too many connections",
                        () -> TestServer.administer(
                                "postgres",
                                limit(0),
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"
                                        + TestServer.APPLICATION + "'"),
                        () -> TestServer.administer("postgres", limit(-1)),
                        "copilot.storage.jdbc.pool-size"),
                new Throttling("a table is locked", this::lock, this::unlock, "copilot.storage.jdbc.timeout"));
    }

    private static String limit(int connections) {
        return "ALTER ROLE " + TestServer.APPLICATION + " CONNECTION LIMIT " + connections;
    }

    private void lock() throws SQLException {
        locking = TestServer.connect(STORE.name(), "postgres", "postgres");
        locking.setAutoCommit(false);
        try (Statement statement = locking.createStatement()) {
            statement.execute("LOCK TABLE copilot_session");
        }
    }

    private void unlock() throws SQLException {
        locking.close();
    }
}
