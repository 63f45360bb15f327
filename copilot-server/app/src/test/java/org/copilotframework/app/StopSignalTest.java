package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StopSignalTest {
    private static final long LONG = 3_600_000;

    private final StopSignal stop = new StopSignal(thread -> {});

    @Test
    void aCommandThatIsWokenLooksOnceAndWaitsOn() throws Exception {
        stop.wake();
        assertThat(stop.await(LONG)).isFalse();
        assertThat(stop.await(0)).isFalse();

        CompletableFuture.runAsync(stop::wake);
        assertThat(stop.await(LONG)).isFalse();
    }

    @Test
    void aCommandThatIsAskedToEndIsAskedForGood() throws Exception {
        CompletableFuture.runAsync(stop::ask);
        assertThat(stop.await(LONG)).isTrue();
        assertThat(stop.await(LONG)).isTrue();
        assertThat(stop.await(0)).isTrue();
    }
}
