package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.tck.Fixtures.payload;

import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/**
 * Which values are counters: a copy of the store asks it, for an encrypted store keeps these, and nothing else, as they are. For
 * stores that can tell: one extends this beside {@link StorageKit}.
 */
public abstract class CountersKit extends Theme {
    /** For subclasses. */
    protected CountersKit() {}

    @Test
    void digitsThatSomebodySetAreNoCounter() {
        storage().values().compareAndSet(tenant(), ValueChange.insert("digits", payload("48213377"), null));

        assertThat(storage().values().isCounter(tenant(), "digits")).isFalse();
        assertThat(storage().values().isCounter(tenant(), "none")).isFalse();
    }

    @Test
    void whatIsCountedOnIsACounterUntilSomebodySetsIt() {
        for (long count = 1; count <= 2; count++) {
            storage().values().add(tenant(), "count", 5, null);
            assertThat(storage().values().isCounter(tenant(), "count")).isTrue();
        }
        long version = storage().values().get(tenant(), "count").orElseThrow().version();
        storage().values().compareAndSet(tenant(), ValueChange.update("count", version, payload("7"), null));

        assertThat(storage().values().isCounter(tenant(), "count")).isFalse();
    }
}
