package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.says;

import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;

/** A schema is made by a migration, by whoever is first, and never by the way. For stores that have a schema. */
abstract class MigrationKit extends Theme {
    /**
     * A store in which there is nothing yet.
     *
     * @return another one each time
     * @throws Exception if it cannot be made, which fails the test
     */
    protected abstract StoreUnderTest emptyStore() throws Exception;

    @Test
    void anEmptyStoreIsNotUsedAsItIsAndOpeningChangesNothing() throws Exception {
        StoreUnderTest empty = emptyStore();
        for (int i = 0; i < 2; i++) {
            try (Storage storage = empty.open()) {
                assertThatExceptionOfType(ConflictException.class)
                        .isThrownBy(storage::check)
                        .withMessageContaining("migrate");
            }
        }
        try (Storage storage = empty.open()) {
            storage.migrate();
            storage.check();
        }
        try (Storage storage = empty.open()) {
            storage.check();
        }
    }

    @Test
    void severalMayMigrateAtOnce() throws Exception {
        StoreUnderTest empty = emptyStore();
        try (Crowd crowd = new Crowd()) {
            for (int i = 0; i < 4; i++) {
                crowd.add(() -> {
                    try (Storage storage = empty.open()) {
                        storage.migrate();
                        storage.check();
                    }
                });
            }
        }
        try (Storage storage = empty.open()) {
            storage.commit(Commit.in(tenant()).session(says(SESSION, "r1", 1)).build());
            assertThat(storage.sessions().head(tenant(), SESSION)).isPresent();
        }
    }
}
