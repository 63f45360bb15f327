package org.copilotframework.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class HandsTest {
    @Test
    void tasksThatHangKeepNoOtherWaiting() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(5);
        CountDownLatch done = new CountDownLatch(10);
        try (Hands hands = new Hands(2)) {
            for (int i = 0; i < 5; i++) {
                hands.execute(() -> {
                    hanging.countDown();
                    await(gate);
                });
            }
            for (int i = 0; i < 10; i++) {
                hands.execute(done::countDown);
            }
            hanging.await();
            done.await();
            assertThat(gate.getCount()).isOne();
            gate.countDown();
        }
    }

    @Test
    void aTaskThatThrowsGivesItsSeatBack() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        try (Hands hands = new Hands(1)) {
            hands.execute(() -> {
                Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
                throw new IllegalStateException("made up");
            });
            hands.execute(done::countDown);
            done.await();
        }
    }

    @Test
    void nothingBeginsOnceItIsClosed() {
        Hands hands = new Hands(1);
        hands.close();
        assertThatThrownBy(() -> hands.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
