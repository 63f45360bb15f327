package org.copilotframework.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Databases for those that we are compared with: pooled as ours, and as durable. */
final class Peers {
    private Peers() {}

    static HikariDataSource postgres(String jdbc) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbc);
        config.setMaximumPoolSize(2);
        return new HikariDataSource(config);
    }

    static HikariDataSource sqlite(Path file) {
        SQLiteConfig settings = new SQLiteConfig();
        settings.setJournalMode(SQLiteConfig.JournalMode.WAL);
        settings.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        settings.setCacheSize(-16_384);
        SQLiteDataSource source = new SQLiteDataSource(settings);
        source.setUrl("jdbc:sqlite:" + file);
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }

    /** Runs the statements of a library's schema. */
    static void execute(HikariDataSource source, Class<?> beside, String script) throws IOException, SQLException {
        try (InputStream text = Objects.requireNonNull(beside.getResourceAsStream(script), script);
                Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : new String(text.readAllBytes(), StandardCharsets.UTF_8).split(";")) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }
}
