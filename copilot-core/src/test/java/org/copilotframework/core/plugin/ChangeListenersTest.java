package org.copilotframework.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.junit.jupiter.api.Test;

class ChangeListenersTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    private static PluginStatus status(String id) {
        return new PluginStatus(
                id,
                PluginKind.AGENT,
                "1.0.0",
                "",
                PluginState.SERVING,
                List.of(),
                "",
                "installed",
                Instant.EPOCH,
                List.of());
    }

    @Test
    void aListenerThatThrowsAnErrorKeepsNoOtherFromBeingTold() {
        try (ChangeListeners listeners = new ChangeListeners()) {
            listeners.add(status -> {
                throw new LinkageError("made up");
            });
            listeners.add(status -> told.add(status.id()));
            listeners.tell(status("one"));
            listeners.tell(status("two"));
            await().until(() -> told.equals(List.of("one", "two")));
        }
    }

    @Test
    void aListenerThatHangsNeitherHoldsUpWhoTellsNorFillsTheMemory() {
        CountDownLatch gate = new CountDownLatch(1);
        try (ChangeListeners listeners = new ChangeListeners(3)) {
            listeners.add(status -> {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                told.add(status.id());
            });
            for (int i = 0; i < 100; i++) {
                listeners.tell(status("p" + i));
            }
            gate.countDown();
        }
        assertThat(told).hasSizeBetween(3, 4).startsWith("p0");
    }

    @Test
    void whoTellsAfterTheEndTellsNobody() {
        ChangeListeners listeners = new ChangeListeners();
        listeners.add(status -> told.add(status.id()));
        listeners.close();
        assertThatCode(() -> listeners.tell(status("late"))).doesNotThrowAnyException();
        assertThat(told).isEmpty();
    }
}
