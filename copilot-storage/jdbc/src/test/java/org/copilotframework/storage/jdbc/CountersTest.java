package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.jdbc.Turns.ACME;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/**
 * What a program of an earlier version writes into the tables of this one, as it can if it was not stopped: it is never told to be
 * what it is not. What this version writes is the kit's.
 */
class CountersTest {
    @Test
    void whatAnEarlierVersionWritesMayBeACounterUntilThisOneWritesIt() throws SQLException {
        TestSqlite place = new TestSqlite();
        try (Storage store = place.open()) {
            store.migrate();
            store.values().add(ACME, "count", 5, null);
            store.values().compareAndSet(ACME, ValueChange.insert("digits", digits("48213377"), null));
            try (Connection earlier = DriverManager.getConnection("jdbc:" + place.url());
                    Statement statement = earlier.createStatement()) {
                statement.execute("UPDATE copilot_value SET version = version + 1");
                statement.execute("INSERT INTO copilot_value (tenant, name, version, expires, content)"
                        + " VALUES ('acme', 'new', 1, NULL, CAST('7' AS BLOB))");
            }
            for (String key : new String[] {"count", "digits", "new"}) {
                assertThat(store.values().isCounter(ACME, key)).as(key).isTrue();
                set(store, key);
                assertThat(store.values().isCounter(ACME, key)).as(key).isFalse();
                store.values().add(ACME, key, 1, null);
                assertThat(store.values().isCounter(ACME, key)).as(key).isTrue();
            }
        }
    }

    private static void set(Storage store, String key) {
        long version = store.values().get(ACME, key).orElseThrow().version();
        assertThat(store.values().compareAndSet(ACME, ValueChange.update(key, version, digits("1"), null)))
                .isPresent();
    }

    private static Payload digits(String digits) {
        return Payload.of(digits.getBytes(StandardCharsets.US_ASCII));
    }
}
