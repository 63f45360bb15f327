package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.storage.jdbc.sql.Schema;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** A database of an earlier version goes on with all that is in it. */
class PostgresUpgradeTest {
    private final TestDatabase place = TestDatabase.empty();

    @Test
    void allThatVersionSevenHasIsReadChangedAndDeleted() {
        Flyway.configure(Schema.class.getClassLoader())
                .dataSource(
                        "jdbc:postgresql://127.0.0.1:" + TestServer.port() + "/" + place.name(),
                        TestServer.OWNER,
                        TestServer.PASSWORD)
                .locations("classpath:db/migration/copilot/postgresql")
                .table(Schema.HISTORY)
                .target("7")
                .load()
                .migrate();
        TestServer.administer(place.name(), EarlierData.ofPostgresql().toArray(String[]::new));
        TestServer.administer(place.name(), "GRANT SELECT ON " + Schema.HISTORY + " TO " + TestServer.APPLICATION);
        try (Storage storage = place.open()) {
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(storage::check)
                    .withMessageContaining("version 7, not 13")
                    .withMessageContaining("copilot migrate");
            storage.migrate();
            storage.check();
            EarlierData.goesOn(storage);
        }
    }
}
