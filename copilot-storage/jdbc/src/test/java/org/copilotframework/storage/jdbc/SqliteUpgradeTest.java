package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.jdbc.Turns.ACME;
import static org.copilotframework.storage.jdbc.Turns.UMBRELLA;
import static org.copilotframework.storage.jdbc.Turns.turn;
import static org.copilotframework.storage.jdbc.Turns.version;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.storage.jdbc.sql.Schema;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** A file of an earlier version goes on with all that is in it. */
class SqliteUpgradeTest {
    private static final long DAY = 20_000;

    private final TestSqlite place = new TestSqlite();

    @Test
    void sessionsOfVersionOneAreReadAppendedToAndDeleted() throws Exception {
        atVersionOne();
        try (Storage storage = place.open()) {
            storage.migrate();
            storage.check();

            assertThat(storage.sessions().list(ACME, null, 10))
                    .extracting(SessionHead::id)
                    .containsExactly(new SessionId("alpha"), new SessionId("beta"));
            assertThat(storage.sessions().list(UMBRELLA, null, 10)).hasSize(1);
            assertThat(storage.sessions().turns(ACME, new SessionId("beta"), 2, 10, 1_000))
                    .extracting(StoredTurn::id)
                    .containsExactly("beta/1", "beta/2");

            storage.commit(turn("beta", 3));
            storage.commit(turn("gamma", 1));
            assertThat(storage.sessions().turns(ACME, new SessionId("beta"), 3, 10, 1_000))
                    .hasSize(3);
            assertThat(storage.sessions().turns(ACME, new SessionId("gamma"), 1, 10, 1_000))
                    .extracting(StoredTurn::id)
                    .containsExactly("gamma/1");

            assertThat(storage.sessions().delete(ACME, new SessionId("alpha"))).isTrue();
            assertThat(version(storage, "alpha")).isZero();
            assertThat(version(storage, "beta")).isEqualTo(3);
            assertThat(storage.erase(UMBRELLA)).isPositive();
        }
        assertThat(new String(Files.readAllBytes(place.file()), StandardCharsets.ISO_8859_1))
                .as("what was moved is not left behind")
                .contains("acme")
                .doesNotContain("umbrella");
    }

    @Test
    void allThatVersionOneHasIsReadChangedAndDeleted() throws Exception {
        versionOne();
        try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + place.file())) {
            for (String sql : EarlierData.ofSqlite()) {
                insert(file, sql);
            }
        }
        try (Storage storage = place.open()) {
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(storage::check)
                    .withMessageContaining("version 1, not 4")
                    .withMessageContaining("copilot migrate");
            storage.migrate();
            storage.check();
            EarlierData.goesOn(storage);
        }
    }

    private void versionOne() {
        Flyway.configure(Schema.class.getClassLoader())
                .dataSource("jdbc:sqlite:" + place.file(), null, null)
                .locations("classpath:db/migration/copilot/sqlite")
                .table(Schema.HISTORY)
                .target("1")
                .load()
                .migrate();
    }

    /** Three sessions as version 1 of the tables has them. */
    private void atVersionOne() throws SQLException {
        versionOne();
        try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + place.file())) {
            // Numbered in another order than that of their names.
            for (Object[] session : List.of(
                    new Object[] {1L, "acme", "beta", 2L},
                    new Object[] {2L, "umbrella", "beta", 1L},
                    new Object[] {3L, "acme", "alpha", 1L})) {
                long no = (Long) session[0];
                long last = (Long) session[3];
                insert(
                        file,
                        "INSERT INTO copilot_session (no, tenant, id, version, oldest, changed, day)"
                                + " VALUES (?, ?, ?, ?, 1, ?, ?)",
                        no,
                        session[1],
                        session[2],
                        last,
                        DAY * 86_400_000_000L,
                        DAY);
                for (long version = 1; version <= last; version++) {
                    insert(
                            file,
                            "INSERT INTO copilot_turn (no, id, time, agent, content) VALUES (?, ?, 0, 'agent', ?)",
                            no << 28 | version,
                            session[2] + "/" + version,
                            new byte[] {1});
                }
            }
        }
    }

    private static void insert(Connection file, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = file.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.executeUpdate();
        }
    }
}
