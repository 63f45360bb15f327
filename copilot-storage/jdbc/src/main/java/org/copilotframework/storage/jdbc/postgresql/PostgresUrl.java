package org.copilotframework.storage.jdbc.postgresql;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.StringJoiner;
import javax.sql.DataSource;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where the database is and who connects: our URL in the words of the driver.
 *
 * @param url the URL as it was written
 * @param setting the setting that holds it, for messages
 */
record PostgresUrl(StorageUrl url, String setting) {
    /** The words of libpq, which hosting services put in their URLs, for those of the driver. */
    private static final Map<String, String> SYNONYMS = Map.of(
            "application_name", "ApplicationName",
            "channel_binding", "channelBinding",
            "connect_timeout", "connectTimeout",
            "target_session_attrs", "targetServerType");

    PostgresUrl {
        if (url.hosts().isEmpty() || database(url).isEmpty()) {
            throw new InvalidRequestException(setting + ": names no "
                    + (url.hosts().isEmpty() ? "server" : "database")
                    + "; write postgresql://user:password@host:5432/database");
        }
        for (String parameter : url.parameters().keySet()) {
            if (PGProperty.forName(inDriver(parameter)) == null) {
                throw new InvalidRequestException(
                        setting + ": '" + parameter + "' is no parameter of the PostgreSQL driver;"
                                + " such as sslmode, sslrootcert and currentSchema are");
            }
        }
    }

    /** The user, or an empty text where the driver asks the operating system. */
    String user() {
        return url.user().or(() -> parameter("user")).orElse("");
    }

    /** A source of connections that give up after a time, when they are made and when they wait for an answer. */
    DataSource source(Duration connect, Duration answer) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(address());
        source.setConnectTimeout(seconds(connect));
        source.setSocketTimeout(seconds(answer));
        source.setTcpKeepAlive(true);
        source.setApplicationName("copilot");
        // What the server says of a row could be somebody's data.
        source.setLogServerErrorDetail(false);
        Properties said = said();
        try {
            for (String name : said.stringPropertyNames()) {
                source.setProperty(name, said.getProperty(name));
            }
        } catch (SQLException wrong) {
            throw new InvalidRequestException(
                    setting + ": a parameter has a value that the PostgreSQL driver does not take");
        }
        return source;
    }

    private static int seconds(Duration time) {
        return (int) Math.max(1, time.plusMillis(999).toSeconds());
    }

    private Properties said() {
        Properties said = new Properties();
        url.user().ifPresent(user -> said.setProperty("user", user));
        url.password().ifPresent(password -> said.setProperty("password", password));
        url.parameters().forEach((name, value) -> said.setProperty(inDriver(name), value));
        if ("read-write".equals(said.getProperty("targetServerType"))) {
            said.setProperty("targetServerType", "primary");
        }
        return said;
    }

    /** The URL without what is secret. */
    private String address() {
        StringJoiner servers = new StringJoiner(",", "jdbc:postgresql://", "/" + encoded(database(url)));
        for (StorageUrl.Host host : url.hosts()) {
            String name = host.name().indexOf(':') >= 0 ? "[" + host.name() + "]" : host.name();
            OptionalInt port = host.port();
            servers.add(port.isPresent() ? name + ":" + port.getAsInt() : name);
        }
        return servers.toString();
    }

    private Optional<String> parameter(String name) {
        return Optional.ofNullable(url.parameters().get(name));
    }

    private static String database(StorageUrl url) {
        return url.path().startsWith("/") ? url.path().substring(1) : url.path();
    }

    private static String inDriver(String parameter) {
        return SYNONYMS.getOrDefault(parameter, parameter);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** {@return the URL without user, password and the values of its parameters} */
    @Override
    public String toString() {
        return url.toString();
    }
}
