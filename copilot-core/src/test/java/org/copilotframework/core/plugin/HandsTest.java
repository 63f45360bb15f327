package org.copilotframework.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HandsTest {
    @Test
    void tasksThatWaitKeepNoOtherWaiting() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(5);
        CountDownLatch done = new CountDownLatch(10);
        try (Hands hands = new Hands(2)) {
            for (int i = 0; i < 5; i++) {
                hands.execute(() -> {
                    hanging.countDown();
                    Hands.giveUpSeat();
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
    void noMoreTasksRunThanThereAreSeats() throws InterruptedException {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(50);
        try (Hands hands = new Hands(2)) {
            for (int i = 0; i < 50; i++) {
                hands.execute(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.yield();
                    running.decrementAndGet();
                    done.countDown();
                });
            }
            done.await();
        }
        assertThat(most.get()).isBetween(1, 2);
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
