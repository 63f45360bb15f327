package org.copilotframework.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchThreadTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();

    private void look() {
        inside.countDown();
        try {
            over.await();
        } catch (InterruptedException expected) {
            interrupted.set(true);
        }
    }

    @Test
    void aLookThatHasBegunIsAwaited() throws Exception {
        WatchThread thread = new WatchThread("watch", LONG);
        Future<?> look = thread.once(this::look);
        inside.await();
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> {
            thread.close();
            return look.isDone();
        });

        await().until(thread::closing);
        over.countDown();

        assertThat(closed.get()).as("the look was over when the close was").isTrue();
        assertThat(interrupted).isFalse();
    }

    @Test
    void aLookThatWaitsForSomebodyElseCanBeInterrupted() throws Exception {
        WatchThread thread = new WatchThread("watch", LONG);
        Future<?> look = thread.once(this::look);
        inside.await();

        thread.interrupt();
        thread.close();

        assertThat(look.isDone()).isTrue();
        assertThat(interrupted).isTrue();
    }

    @Test
    void aLookThatNeverEndsKeepsNobodyForEver() throws Exception {
        WatchThread thread = new WatchThread("watch", Duration.ofMillis(20));
        Future<?> look = thread.once(this::look);
        inside.await();

        thread.close();

        look.get(1, TimeUnit.MINUTES);
        assertThat(interrupted).as("it is interrupted in the end").isTrue();
    }

    @Test
    void nothingIsLookedAtAfterTheClose() {
        WatchThread thread = new WatchThread("watch", LONG);
        AtomicInteger looks = new AtomicInteger();
        thread.again(looks::incrementAndGet, Duration.ofMillis(1));
        await().until(() -> looks.get() > 3);
        thread.close();
        int then = looks.get();

        await().during(Duration.ofMillis(50)).until(() -> looks.get() == then);
    }
}
