package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a pool takes is done. */
class PoolTest {
    @Test
    void aTaskThatComesJustWhenTheLastThreadEndsIsDone() {
        AtomicInteger done = new AtomicInteger();
        try (Pool pool = new Pool(1, Integer.MAX_VALUE - 1, 0, 0, new PlatformThreads("p-"))) {
            for (int i = 1; i <= 20_000; i++) {
                CompletableFuture<Void> told = new CompletableFuture<>();
                assertThat(pool.tryRun(done::incrementAndGet, true)).isTrue();
                assertThat(pool.tryRun(() -> told.complete(null), true)).isTrue();
                told.join();
            }
        }
        await().until(() -> done.get() == 20_000);
    }

    @Test
    void whatNoThreadCanBeMadeForIsDoneByWhoeverBringsIt() {
        AtomicInteger done = new AtomicInteger();
        try (Pool pool = new Pool(1, 10, 0, 0, task -> {
            throw new OutOfMemoryError("unable to create native thread");
        })) {
            assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> pool.tryRun(() -> {}, true));
            Workers.onPoolOrHere(pool, done::incrementAndGet);
        }
        assertThat(done).hasValue(1);
    }
}
