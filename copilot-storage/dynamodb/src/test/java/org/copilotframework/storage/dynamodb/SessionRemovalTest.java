package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.dynamodb.Sample.SESSION;
import static org.copilotframework.storage.dynamodb.Sample.TENANT;
import static org.copilotframework.storage.dynamodb.Sample.payload;
import static org.copilotframework.storage.dynamodb.Sample.says;
import static org.copilotframework.storage.dynamodb.Sample.turn;

import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.storage.dynamodb.AnsweringProxy.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process dies in the middle of a deletion: for all others the session is gone, and somebody finishes the work. */
class SessionRemovalTest {
    private final AnsweringProxy proxy =
            new AnsweringProxy(TableUnderTest.server().port());
    private final TableUnderTest table = TableUnderTest.fresh();
    private Storage storage;

    @BeforeEach
    void leaveASessionHalfDeleted() {
        storage = table.open();
        storage.migrate();
        for (int i = 1; i <= 3; i++) {
            storage.commit(says(i, payload("said " + i), Map.of("k" + i, payload("v")), 0));
        }
        try (Storage dying =
                proxy.table(table.table(), Map.of("timeout", "30s")).open()) {
            // What is not tried again, so that it ends at once.
            proxy.rule((operation, number, body) -> operation.equals("TransactWriteItems")
                    ? Optional.of(Answer.error("AccessDeniedException"))
                    : Optional.empty());
            dying.sessions().delete(TENANT, SESSION);
            throw new AssertionError("deleted");
        } catch (UnavailableException expected) {
            assertThat(expected).hasMessageContaining("AccessDeniedException");
        }
    }

    @AfterEach
    void close() {
        storage.close();
        proxy.close();
    }

    @Test
    void itIsGoneForAllReaders() {
        assertThat(storage.sessions().head(TENANT, SESSION)).isEmpty();
        assertThat(storage.sessions().turns(TENANT, SESSION, Long.MAX_VALUE, 10, Long.MAX_VALUE))
                .isEmpty();
        assertThat(storage.sessions().turns(TENANT, SESSION, 2, 10, Long.MAX_VALUE))
                .isEmpty();
        assertThat(storage.sessions().list(TENANT, null, 10)).isEmpty();
        assertThat(storage.tenants(null, 10)).isEmpty();
    }

    @Test
    void theNextCommitFinishesTheWorkAndBeginsAnew() {
        assertThat(storage.commit(turn(1)).repeated()).isFalse();

        assertThat(storage.sessions().turns(TENANT, SESSION, Long.MAX_VALUE, 10, Long.MAX_VALUE))
                .hasSize(1);
        assertThat(storage.sessions().head(TENANT, SESSION).orElseThrow().state())
                .isEmpty();
        assertThat(storage.sessions().list(TENANT, null, 10)).hasSize(1);
    }

    @Test
    void theNextSweepFinishesTheWork() {
        storage.sweep(new Retention(null), 10);

        assertThat(storage.erase(TENANT)).isZero();
        assertThat(storage.sessions().delete(TENANT, SESSION)).isFalse();
    }

    @Test
    void theNextDeletionFinishesTheWork() {
        assertThat(storage.sessions().delete(TENANT, SESSION))
                .as("there was none")
                .isFalse();
        assertThat(storage.commit(turn(1)).repeated()).isFalse();
    }
}
