package org.copilotframework.storage.jdbc;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.storage.tck.StoreUnderTest;

/** A database with an owner and an application role. */
record TestDatabase(String url, Map<String, String> settings) implements StoreUnderTest {
    /** The database that the environment names, or else a new one. */
    static TestDatabase forKit() {
        String given = System.getenv("COPILOT_TEST_POSTGRESQL_URL");
        return given == null ? empty() : new TestDatabase(given, Map.of());
    }

    /** A new database, or else a new schema in the one that the environment names. */
    static TestDatabase emptyForKit() throws SQLException {
        String given = System.getenv("COPILOT_TEST_POSTGRESQL_URL");
        if (given == null) {
            return empty();
        }
        String schema = "kit_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = new TestDatabase(given, Map.of()).connect(new TenantId("kit"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + schema);
        }
        return new TestDatabase(given + (given.contains("?") ? "&" : "?") + "currentSchema=" + schema, Map.of());
    }

    /** A new database. */
    static TestDatabase empty() {
        String name = TestServer.createDatabase();
        return new TestDatabase(
                url(name, TestServer.APPLICATION, TestServer.port()),
                Map.of("owner-url", url(name, TestServer.OWNER, TestServer.port())));
    }

    static String url(String database, String role, int port) {
        return "postgresql://" + role + ":" + TestServer.PASSWORD + "@127.0.0.1:" + port + "/" + database;
    }

    String name() {
        return url.substring(url.lastIndexOf('/') + 1);
    }

    /** The same database, found at another address. */
    TestDatabase through(InetSocketAddress proxy) {
        return new TestDatabase(url(name(), TestServer.APPLICATION, proxy.getPort()), settings);
    }

    /** The same database, used by another role. */
    TestDatabase as(String role) {
        return new TestDatabase(url(name(), role, TestServer.port()), settings);
    }

    TestDatabase with(String setting, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(setting, value);
        return new TestDatabase(url, more);
    }

    TestDatabase without(String setting) {
        Map<String, String> less = new HashMap<>(settings);
        less.remove(setting);
        return new TestDatabase(url, less);
    }

    /** A connection of the application that sees one tenant. */
    Connection connect(TenantId tenant) throws SQLException {
        StorageUrl parsed = StorageUrl.parse(url);
        Properties said = new Properties();
        parsed.parameters().forEach(said::setProperty);
        parsed.user().ifPresent(user -> said.setProperty("user", user));
        parsed.password().ifPresent(password -> said.setProperty("password", password));
        Connection connection = DriverManager.getConnection(address(parsed), said);
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT set_config('copilot.tenant', ?, false)")) {
            statement.setString(1, tenant.value());
            statement.execute();
        }
        return connection;
    }

    /** The URL in the driver's form, without what is secret. */
    private static String address(StorageUrl url) {
        String servers = url.hosts().stream()
                .map(host -> host.name()
                        + (host.port().isPresent() ? ":" + host.port().getAsInt() : ""))
                .collect(Collectors.joining(","));
        return "jdbc:postgresql://" + servers + url.path();
    }

    @Override
    public StorageProvider provider() {
        return new JdbcStorageProvider();
    }
}
