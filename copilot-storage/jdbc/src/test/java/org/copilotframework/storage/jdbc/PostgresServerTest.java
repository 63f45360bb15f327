package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.storage.jdbc.Turns.turn;
import static org.copilotframework.storage.jdbc.Turns.version;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user has wrong, and what a server does. */
class PostgresServerTest {
    private static final String SETTING = "copilot.storage.url (in the environment DATABASE_URL)";

    private final TestDatabase place = TestDatabase.empty();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    postgresql:///db                     | names no server
                    postgresql://u:p@localhost           | names no database
                    postgresql://u:p@localhost/          | names no database
                    postgres://u:p@localhost/db?sslmod=x | is no parameter of the PostgreSQL driver
                    """)
    void aUrlThatNamesNoDatabaseIsRefused(String url, String why) {
        refused(InvalidRequestException.class, url, why);
    }

    @Test
    void aWrongPasswordNamesTheSettingAndNotThePassword() {
        refused(
                InvalidRequestException.class,
                place.url().replace(TestServer.PASSWORD, "p@ss:wrong"),
                "refuses the user or the password");
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        refused(
                InvalidRequestException.class,
                TestDatabase.url("nowhere", TestServer.OWNER, TestServer.port()),
                "/nowhere");
    }

    @Test
    void aHostThatNobodyKnowsIsNamed() {
        refused(UnavailableException.class, "postgresql://u:p%40ss@no.such.host.invalid/db", "no.such.host.invalid");
    }

    @Test
    void aPortWhereNobodyListensIsNamed() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        refused(UnavailableException.class, "postgresql://u:p%40ss@127.0.0.1:" + port + "/db", "127.0.0.1:" + port);
    }

    @Test
    void aRoleThatHasAllItsConnectionsIsToldWhichSettingsBoundThem() {
        String role = "copilot_few";
        TestServer.administer("postgres", TestServer.role(role, "CONNECTION LIMIT 0"));
        refused(UnavailableException.class, place.as(role).url(), "copilot.storage.jdbc.pool-size", "CONNECTION LIMIT");
    }

    private static void refused(Class<? extends CopilotException> type, String url, String... why) {
        TestDatabase wrong = new TestDatabase(url, Map.of("timeout", "5s"));
        assertThatExceptionOfType(type)
                .isThrownBy(() -> wrong.open().close())
                .withMessageContaining(SETTING)
                .satisfies(error -> {
                    assertThat(error).hasMessageContainingAll(why);
                    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                        assertThat(String.valueOf(cause.getMessage()))
                                .doesNotContain(TestServer.PASSWORD)
                                .doesNotContain("p@ss");
                    }
                });
    }

    @Test
    void aFullDiskRefusesWithoutLosingWhatWasAcknowledgedAndGoesOnWhenThereIsRoom() {
        try (Storage storage = place.open()) {
            storage.migrate();
            storage.commit(turn("s1", 1));
            // What PostgreSQL says when it cannot extend a file.
            TestServer.administer(
                    place.name(),
                    "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                            + " RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$",
                    "CREATE TRIGGER no_room BEFORE INSERT ON copilot_turn EXECUTE FUNCTION no_room()");
            assertThatExceptionOfType(QuotaExceededException.class)
                    .isThrownBy(() -> storage.commit(turn("s1", 2)))
                    .withMessageContaining("disk")
                    .withMessageContaining(place.name());
            assertThat(version(storage, "s1")).isEqualTo(1);
            TestServer.administer(place.name(), "DROP TRIGGER no_room ON copilot_turn");
            assertThat(storage.commit(turn("s1", 2)).repeated()).isFalse();
            assertThat(version(storage, "s1")).isEqualTo(2);
        }
    }

    @Test
    void parametersOfLibpqAreUnderstood() {
        String url =
                place.url() + "?sslmode=prefer&application_name=mine&connect_timeout=5&target_session_attrs=read-write";
        try (Storage storage = new TestDatabase(url, place.settings()).open()) {
            storage.migrate();
            storage.commit(turn("s1", 1));
            assertThat(version(storage, "s1")).isEqualTo(1);
        }
    }

    @Test
    void tablesOfOthersWithOurNamesAreAConflict() {
        TestServer.administer(place.name(), "CREATE TABLE copilot_run (id int)", "CREATE TABLE customer (id int)");
        try (Storage storage = place.open()) {
            for (Runnable use : new Runnable[] {storage::migrate, storage::check}) {
                assertThatExceptionOfType(ConflictException.class)
                        .isThrownBy(use::run)
                        .withMessageContaining("copilot_run")
                        .withMessageContaining("not ours");
            }
            TestServer.administer(place.name(), "DROP TABLE copilot_run");
            storage.migrate();
            storage.check();
        }
    }

    @Test
    void tablesOfANewerVersionAreLeftAlone() {
        try (Storage storage = place.open()) {
            storage.migrate();
            storage.commit(turn("s1", 1));
            TestServer.administer(place.name(), "UPDATE copilot_schema_history SET version = '99' WHERE version = '1'");
            for (Runnable use : new Runnable[] {storage::migrate, storage::check}) {
                assertThatExceptionOfType(ConflictException.class)
                        .isThrownBy(use::run)
                        .withMessageContaining("version 99")
                        .withMessageContaining("copilot.storage.url (in the environment DATABASE_URL)");
            }
            TestServer.administer(place.name(), "UPDATE copilot_schema_history SET version = '1' WHERE version = '99'");
            storage.check();
            assertThat(version(storage, "s1")).as("what was there before").isEqualTo(1);
        }
    }

    /** A version drops what the earlier one called, as V10 did: there is no rolling update over a migration. */
    @Test
    void aProcessOfAnEarlierVersionIsToldToStopWhenTheTablesWereChangedUnderIt() {
        try (Storage storage = place.open()) {
            storage.migrate();
            storage.commit(turn("s1", 1));
            TestServer.administer(
                    place.name(),
                    "DROP FUNCTION copilot_claim(text, text[], bigint, integer, bigint)",
                    "UPDATE copilot_schema_history SET version = '99' WHERE version = '1'");

            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> storage.runs().claim("me", List.of("agent"), Duration.ofMinutes(1), 1))
                    .withMessageContainingAll("newer version", "stop it", place.name())
                    .withMessageNotContaining(TestServer.PASSWORD);
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(storage::check)
                    .withMessageContaining("version 99")
                    .withMessageContaining("newer version of the program");
            assertThat(version(storage, "s1")).as("what is still understood").isEqualTo(1);
        }
    }

    @Test
    void aStoreThatWasNotMigratedSaysSoWhereverItIsUsed() {
        try (Storage storage = place.open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> storage.commit(turn("s1", 1)))
                    .withMessageContaining("copilot migrate");
        }
    }

    @Test
    void whoHoldsARowForTooLongMakesTheStoreUnavailableAndNothingIsWritten() throws Exception {
        try (Storage storage = place.with("timeout", "500ms").open()) {
            storage.migrate();
            storage.commit(turn("s1", 1));
            try (Connection other = place.connect(Turns.ACME);
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("UPDATE copilot_session SET changed = changed");
                assertThatExceptionOfType(UnavailableException.class)
                        .isThrownBy(() -> storage.commit(turn("s1", 2)))
                        .withMessageContaining("copilot.storage.jdbc.timeout");
                assertThat(version(storage, "s1")).isEqualTo(1);
                other.rollback();
            }
            await().atMost(Duration.ofSeconds(60))
                    .ignoreException(UnavailableException.class)
                    .until(() -> storage.commit(turn("s1", 2)).turn() != null);
            assertThat(version(storage, "s1")).isEqualTo(2);
        }
    }

    @Test
    void whoFindsNoFreeConnectionIsToldWhichSettingAllowsMore() throws Exception {
        try (Storage storage = place.open();
                Storage crowded =
                        place.with("timeout", "2s").with("pool-size", "1").open();
                Connection other = place.connect(Turns.ACME);
                Statement statement = other.createStatement()) {
            storage.migrate();
            storage.commit(turn("s1", 1));
            other.setAutoCommit(false);
            statement.execute("UPDATE copilot_session SET changed = changed");
            // One waits for the row that is held, the others for his connection.
            ExecutorService callers = Executors.newFixedThreadPool(3);
            List<Future<String>> told = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                told.add(callers.submit(() -> attempt(crowded)));
            }
            callers.shutdown();
            assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            assertThat(told)
                    .extracting(Future::get)
                    .doesNotContain("made")
                    .anyMatch(words -> words.contains("copilot.storage.jdbc.pool-size"));
            other.rollback();
        }
    }

    private static String attempt(Storage storage) {
        try {
            storage.commit(turn("s1", 2));
            return "made";
        } catch (UnavailableException late) {
            return late.getMessage();
        }
    }

    @Test
    void durabilityIsThatOfTheServersSettings() {
        try (Storage storage = place.open()) {
            assertThat(storage.durability()).isEqualTo(Durability.POWER_LOSS);
        }
        TestServer.administer("postgres", "ALTER DATABASE " + place.name() + " SET synchronous_commit = off");
        try (Storage storage = place.open()) {
            assertThat(storage.durability()).isEqualTo(Durability.MEMORY);
            assertThat(storage.shared()).isTrue();
        }
    }

    @Test
    void aServerThatDoesNotCareForHalfPagesSurvivesItsOwnEndOnly() {
        try (Storage storage = place.open()) {
            TestServer.administer("postgres", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()");
            await().atMost(Duration.ofSeconds(60)).until(() -> storage.durability() == Durability.PROCESS_CRASH);
            TestServer.administer("postgres", "ALTER SYSTEM RESET full_page_writes", "SELECT pg_reload_conf()");
            await().atMost(Duration.ofSeconds(60)).until(() -> storage.durability() == Durability.POWER_LOSS);
        }
    }

    @Test
    void aRightThatIsTakenAwayMeanwhileIsNotTheFaultOfWhoCalls() {
        try (Storage storage = place.open()) {
            storage.migrate();
            storage.commit(turn("s1", 1));
            String role = TestServer.APPLICATION;
            TestServer.administer(place.name(), "REVOKE SELECT ON copilot_session FROM " + role);
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> version(storage, "s1"))
                    .withMessageContaining("lacks a right")
                    .satisfies(error -> assertThat(error.retryAfter()).isPresent());
            assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(storage::check);
            TestServer.administer(place.name(), "GRANT SELECT ON copilot_session TO " + role);
            assertThat(version(storage, "s1")).isEqualTo(1);
        }
    }

    @Test
    void aMalformedUrlOfTheOwnerNamesItsSettingAndShowsNothing() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(
                        () -> place.with("owner-url", "postgresql:///secret").open())
                .withMessageContaining("copilot.storage.jdbc.owner-url");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> place.with("owner-url", "secret").open())
                .withMessageContaining("copilot.storage.jdbc.owner-url")
                .withMessageNotContaining("secret");
    }

    @Test
    void appendingToASessionWritesNoIndexOfSessions() throws Exception {
        try (Storage storage = place.open()) {
            storage.migrate();
            for (int version = 1; version <= 100; version++) {
                storage.commit(turn("s1", version));
            }
        }
        try (Connection connection = TestServer.connect(place.name(), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                try (ResultSet row = statement.executeQuery("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables"
                        + " WHERE relname = 'copilot_session'")) {
                    row.next();
                    assertThat(row.getInt(1)).isEqualTo(99);
                    assertThat(row.getInt(2)).isEqualTo(99);
                }
            });
        }
    }

    @Test
    void theLastTurnsAreReadWithoutTheOnesBefore() throws Exception {
        try (Storage storage = place.open()) {
            storage.migrate();
            for (int version = 1; version <= 300; version++) {
                storage.commit(turn("s1", version));
            }
            SessionId session = new SessionId("s1");
            for (int i = 0; i < 10; i++) {
                assertThat(storage.sessions().turns(Turns.ACME, session, Long.MAX_VALUE, 5, 1_000_000))
                        .hasSize(5);
            }
        }
        try (Connection connection = TestServer.connect(place.name(), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                try (ResultSet row =
                        statement.executeQuery("SELECT idx_tup_fetch, seq_tup_read FROM pg_stat_user_tables"
                                + " WHERE relname = 'copilot_turn'")) {
                    row.next();
                    assertThat(row.getLong(1)).isEqualTo(50);
                    assertThat(row.getLong(2)).isZero();
                }
            });
        }
    }
}
