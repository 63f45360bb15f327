package org.copilotframework.storage.jdbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.jdbc.sql.Rows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A caller that finds nobody writing does so itself. */
class WritingCallerTest {
    private static final String STORE_THREAD = "writer-under-test";

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final CountDownLatch gate = new CountDownLatch(1);
    private Path file;
    private Writer writer;

    @BeforeEach
    void open() throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "sqlite")), "caller");
        file = folder.resolve("test.db");
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        connection.createStatement().execute("CREATE TABLE one (n INTEGER PRIMARY KEY)");
        writer = new Writer(
                new Statements(connection), new SqliteFaults("test.db"), Duration.ofSeconds(30), STORE_THREAD);
    }

    @AfterEach
    void close() {
        gate.countDown();
        writer.close();
        callers.shutdownNow();
    }

    @Test
    void whoIsAloneWritesOnItsOwnThread() {
        Thread wrote = writer.run(statements -> Thread.currentThread());
        assertThat(wrote).isSameAs(Thread.currentThread());
    }

    @Test
    void whoComesMeanwhileIsWrittenByTheStoresThread() throws Exception {
        CompletableFuture<String> alone = blocking();
        CompletableFuture<String> second = insert(2);
        CompletableFuture<String> third = insert(3);
        await().until(() -> waiting(second, third));
        assertThat(numbersSeenFromOutside()).isEmpty();
        gate.countDown();
        assertThat(alone.get(30, TimeUnit.SECONDS)).isNotEqualTo(STORE_THREAD);
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(STORE_THREAD);
        assertThat(third.get(30, TimeUnit.SECONDS)).isEqualTo(STORE_THREAD);
        assertThat(numbersSeenFromOutside()).containsExactly(2, 3);
    }

    @Test
    void nobodyWhoWritesInALoopKeepsAnotherWaiting() throws Exception {
        AtomicBoolean on = new AtomicBoolean(true);
        AtomicInteger written = new AtomicInteger();
        CompletableFuture<Void> loop = CompletableFuture.runAsync(
                () -> {
                    while (on.get()) {
                        writer.run(statements -> 0);
                        written.incrementAndGet();
                    }
                },
                callers);
        await().until(() -> written.get() > 100);
        for (int n = 1; n <= 50; n++) {
            assertThat(insert(n)).succeedsWithin(Duration.ofSeconds(30));
        }
        on.set(false);
        loop.get(30, TimeUnit.SECONDS);
        assertThat(numbersSeenFromOutside()).hasSize(50);
    }

    @Test
    void aFailureIsToldAndTheNextOneWrites() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> writer.run(statements -> {
                    statements.update("INSERT INTO one VALUES (1)");
                    throw new OutOfMemoryError("as if");
                }));
        writer.run(statements -> statements.update("INSERT INTO one VALUES (2)"));
        assertThat(numbersSeenFromOutside()).containsExactly(2);
    }

    @Test
    void anInterruptedCallerWritesAllTheSameAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        writer.run(statements -> statements.update("INSERT INTO one VALUES (1)"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(numbersSeenFromOutside()).containsExactly(1);
    }

    @Test
    void whoWritesWhenTheStoreIsClosedFinishes() throws Exception {
        CompletableFuture<String> last = blocking();
        Thread closing = new Thread(writer::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> writer.run(statements -> 0))
                .withMessageContaining("closed");
        gate.countDown();
        assertThat(last).succeedsWithin(Duration.ofSeconds(30));
        closing.join();
    }

    private boolean waiting(CompletableFuture<?>... calls) {
        // The store's thread has taken the first of them already, and waits for the caller that writes.
        return writer.waiting() >= calls.length - 1 && List.of(calls).stream().noneMatch(CompletableFuture::isDone);
    }

    /** Writes a caller's transaction until the gate opens; returns once it has begun. */
    private CompletableFuture<String> blocking() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<String> call = CompletableFuture.supplyAsync(
                () -> writer.run(statements -> {
                    begun.countDown();
                    pass();
                    return Thread.currentThread().getName();
                }),
                callers);
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        return call;
    }

    private CompletableFuture<String> insert(int n) {
        return CompletableFuture.supplyAsync(
                () -> writer.run(statements -> {
                    statements.update("INSERT INTO one VALUES (?)", n);
                    return Thread.currentThread().getName();
                }),
                callers);
    }

    private List<Integer> numbersSeenFromOutside() {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            return new Statements(connection).query("SELECT n FROM one ORDER BY n", Rows.all(row -> row.getInt(1)));
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void pass() {
        try {
            gate.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
