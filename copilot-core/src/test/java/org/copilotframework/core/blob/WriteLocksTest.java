package org.copilotframework.core.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteLocksTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void aProcessThatHoldsALockForEverKeepsNobodyForEver() {
        WriteLocks locks = new WriteLocks(folder.resolve(".locks"), SHORT, file -> null);

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> locks.holding("acme/notes", () -> "never"))
                .withMessageContaining("'acme/notes' cannot be changed now: another process has held the lock")
                .withMessageContaining(folder.resolve(".locks").toString())
                .withMessageContaining("if it hangs, end it");
    }

    @Test
    void aLockIsTakenAsSoonAsTheOtherProcessLetsGo() throws IOException {
        int[] asked = {0};
        WriteLocks locks =
                new WriteLocks(folder.resolve(".locks"), LONG, file -> asked[0]++ < 3 ? null : file.tryLock());

        assertThat(locks.holding("a", () -> "done")).isEqualTo("done");
    }

    @Test
    void aThreadThatHoldsALockForEverKeepsNobodyForEver() throws Exception {
        WriteLocks locks = new WriteLocks(folder.resolve(".locks"), SHORT, FileChannel::tryLock);
        try (Held held = new Held(locks, "a")) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> locks.holding("a", () -> "never"))
                    .withMessageContaining("another thread of this process");
        }
        assertThat(locks.holding("a", () -> "now")).isEqualTo("now");
    }

    @Test
    void aFolderKeepsNoOtherFolderWaiting() throws Exception {
        try (Held held = new Held(new WriteLocks(folder.resolve("one"), LONG, FileChannel::tryLock), "a")) {
            WriteLocks other = new WriteLocks(folder.resolve("other"), SHORT, FileChannel::tryLock);

            assertThat(other.holding("a", () -> "done")).isEqualTo("done");
        }
    }

    @Test
    void oneFolderHasOneLockWhateverPathLeadsThere() throws Exception {
        Path one = Files.createDirectory(folder.resolve("one"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), one);
        try (Held held = new Held(new WriteLocks(one, LONG, FileChannel::tryLock), "a")) {
            WriteLocks same = new WriteLocks(link, SHORT, FileChannel::tryLock);

            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> same.holding("a", () -> "never"))
                    .withMessageContaining("another thread of this process");
        }
    }

    @Test
    void aVolumeWithoutLocksIsToldWithItsSetting() {
        WriteLocks locks = new WriteLocks(folder.resolve(".locks"), LONG, file -> {
            throw new IOException("No locks available");
        });

        assertThatIOException()
                .isThrownBy(() -> locks.holding("a", () -> "never"))
                .withMessageContaining(folder.toString())
                .withMessageContaining("copilot.blobs.bucket")
                .withMessageContaining("STORAGE_BUCKET")
                .withMessageContaining("No locks available; mount it with locks")
                .withMessageContaining("copilot.blobs.provider");
    }

    @Test
    void whatTheDeedThrowsIsNotTakenForALackOfLocks() {
        WriteLocks locks = new WriteLocks(folder.resolve(".locks"));
        IOException full = new IOException("No space left on device");

        assertThatIOException()
                .isThrownBy(() -> locks.holding("a", () -> {
                    throw full;
                }))
                .isSameAs(full);
    }

    @Test
    void whoIsInterruptedWaitsNoLonger() {
        WriteLocks locks = new WriteLocks(folder.resolve(".locks"), LONG, file -> null);
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedIOException.class)
                .isThrownBy(() -> locks.holding("a", () -> "never"))
                .withMessageContaining("the file is as it was");
        assertThat(Thread.interrupted()).isTrue();
    }

    /** A lock that another thread has, until this is closed. */
    private static final class Held implements AutoCloseable {
        private final CountDownLatch done = new CountDownLatch(1);
        private final CompletableFuture<Void> holder;

        Held(WriteLocks locks, String name) throws InterruptedException {
            CountDownLatch held = new CountDownLatch(1);
            holder = CompletableFuture.runAsync(() -> {
                try {
                    locks.holding(name, () -> {
                        held.countDown();
                        waitFor(done);
                        return name;
                    });
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            });
            held.await();
        }

        private static void waitFor(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            done.countDown();
            holder.join();
        }
    }
}
