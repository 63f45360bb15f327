package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.dynamodb.Sample.TENANT;
import static org.copilotframework.storage.dynamodb.Sample.payload;

import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** A copy of the store asks which values are counters, for an encrypted store keeps these, and nothing else, as they are. */
class CountersTest {
    @Test
    void digitsThatSomebodySetAreNoCounterAndThoseThatAreCountedOnAreOne() {
        try (Storage store = TableUnderTest.fresh().open()) {
            store.migrate();
            store.values().compareAndSet(TENANT, ValueChange.insert("digits", payload("48213377"), null));
            store.values().add(TENANT, "count", 5, null);

            assertThat(store.values().isCounter(TENANT, "digits")).isFalse();
            assertThat(store.values().isCounter(TENANT, "count")).isTrue();
            assertThat(store.values().isCounter(TENANT, "none")).isFalse();
            store.values().add(TENANT, "count", 2, null);
            assertThat(store.values().isCounter(TENANT, "count")).isTrue();
            long version = store.values().get(TENANT, "count").orElseThrow().version();
            store.values().compareAndSet(TENANT, ValueChange.update("count", version, payload("7"), null));
            assertThat(store.values().isCounter(TENANT, "count")).isFalse();
        }
    }
}
