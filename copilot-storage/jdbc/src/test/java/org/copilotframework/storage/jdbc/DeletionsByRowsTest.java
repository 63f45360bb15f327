package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.jdbc.Turns.ACME;
import static org.copilotframework.storage.jdbc.Turns.turn;
import static org.copilotframework.storage.jdbc.Turns.version;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A deletion clears so many rows in a transaction, and so ends however many there are. */
class DeletionsByRowsTest {
    private static final SessionId LONG = new SessionId("long");
    private static final Retention A_WEEK = new Retention(Duration.ofDays(7));
    private static final long DAY = 86_400_000_000L;
    private static final int TURNS = 1_000;
    private static final int ROWS = 200;

    /** Where the store is. */
    enum Place {
        SQLITE,
        POSTGRESQL;

        StoreUnderTest empty() {
            return this == SQLITE ? new TestSqlite() : TestDatabase.empty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSweepThatEndsInTheMiddleLeavesNothingThatIsSeenAndTheNextGoesOn(Place kind) throws SQLException {
        StoreUnderTest place = kind.empty();
        try (Storage storage = place.open();
                Connection inside = inside(place)) {
            storage.migrate();
            for (int version = 1; version <= TURNS; version++) {
                storage.commit(turn("long", version));
            }
            run(inside, "UPDATE copilot_session SET changed = changed - " + 10 * DAY + ", day = day - 10");

            assertThat(storage.sweep(A_WEEK, 1)).isEqualTo(1);
            assertThat(turns(inside)).isEqualTo(TURNS);
            assertThat(version(storage, "long")).isZero();
            assertThat(storage.sessions().turns(ACME, LONG, Long.MAX_VALUE, 10, Long.MAX_VALUE))
                    .isEmpty();

            storage.commit(turn("long", 1));
            storage.commit(turn("other", 1));
            assertThat(storage.sessions().turns(ACME, LONG, Long.MAX_VALUE, 10, Long.MAX_VALUE))
                    .hasSize(1);
            assertThat(storage.sweep(A_WEEK, 1)).isEqualTo(1);
            assertThat(turns(inside)).isEqualTo(TURNS + 2 - ROWS);
            assertThat(storage.sweep(A_WEEK, 10)).isBetween(4, 9);
            assertThat(turns(inside)).isEqualTo(2);
            assertThat(number(inside, "SELECT count(*) FROM copilot_remains")).isZero();
            assertThat(version(storage, "other")).isEqualTo(1);
        }
    }

    @Test
    void aDeletionEndsWhereOneStatementWouldHaveRunOutOfTime() throws SQLException {
        outlasts(storage -> storage.sessions().delete(ACME, LONG));
    }

    @Test
    void anEraseEndsWhereOneStatementWouldHaveRunOutOfTime() throws SQLException {
        outlasts(storage -> storage.erase(ACME));
    }

    /** Each turn takes the server a millisecond, and a statement may take eight tenths of the time limit. */
    private static void outlasts(Consumer<Storage> deletion) throws SQLException {
        TestDatabase place = TestDatabase.empty().with("timeout", "2s");
        try (Storage storage = place.open();
                Connection inside = inside(place)) {
            storage.migrate();
            storage.commit(turn("long", 1));
            TestServer.administer(
                    place.name(),
                    "INSERT INTO copilot_turn SELECT t.session, n, t.time, t.tenant, 't' || n, t.agent, t.content"
                            + " FROM copilot_turn t, generate_series(2, 2500) n",
                    "UPDATE copilot_session SET version = 2500",
                    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                            + " 'BEGIN PERFORM pg_sleep(0.001); RETURN OLD; END'",
                    "CREATE TRIGGER slow BEFORE DELETE ON copilot_turn FOR EACH ROW EXECUTE FUNCTION slow()");

            deletion.accept(storage);
            assertThat(turns(inside)).isZero();
            assertThat(version(storage, "long")).isZero();
        }
    }

    private static long turns(Connection inside) throws SQLException {
        return number(inside, "SELECT count(*) FROM copilot_turn");
    }

    private static Connection inside(StoreUnderTest place) throws SQLException {
        return place instanceof TestDatabase database
                ? TestServer.connect(database.name(), "postgres", "postgres")
                : DriverManager.getConnection("jdbc:" + place.url());
    }

    private static void run(Connection inside, String sql) throws SQLException {
        try (Statement statement = inside.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Connection inside, String sql) throws SQLException {
        try (Statement statement = inside.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
