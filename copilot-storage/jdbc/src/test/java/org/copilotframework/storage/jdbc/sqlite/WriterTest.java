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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.jdbc.sql.Rows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sqlite.BusyHandler;
import org.sqlite.SQLiteCommitListener;
import org.sqlite.SQLiteConnection;

/** What a thread of the store does with the work that waits for it. */
class WriterTest {
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final AtomicInteger transactions = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<CompletableFuture<Integer>> calls = new ArrayList<>();
    private Path file;
    private Writer writer;

    @BeforeEach
    void open() throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "sqlite")), "writer");
        file = folder.resolve("test.db");
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=30000");
        connection.createStatement().execute("CREATE TABLE one (n INTEGER PRIMARY KEY)");
        ((SQLiteConnection) connection).addCommitListener(new SQLiteCommitListener() {
            @Override
            public void onCommit() {
                transactions.incrementAndGet();
            }

            @Override
            public void onRollback() {}
        });
        writer = new Writer(
                new Statements(connection),
                new SqliteFaults("test.db"),
                Duration.ofSeconds(30),
                "writer-under-test",
                caller -> false);
        // Whatever is asked for now waits until the gate opens.
        CountDownLatch busy = new CountDownLatch(1);
        calls.add(call(statements -> {
            busy.countDown();
            pass();
            return 0;
        }));
        assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void close() {
        gate.countDown();
        writer.close();
        callers.shutdownNow();
    }

    @Test
    void whatArrivesMeanwhileIsWrittenInOneTransaction() {
        for (int n = 1; n <= 20; n++) {
            calls.add(insert(n));
        }
        openGateFor(20);
        assertThat(calls)
                .allSatisfy(call -> assertThat(call.get(30, TimeUnit.SECONDS)).isNotNull());
        assertThat(transactions).hasValue(2);
        assertThat(count()).isEqualTo(20);
    }

    @Test
    void whatIsRefusedSpoilsNothingElse() {
        CompletableFuture<Integer> first = insert(1);
        CompletableFuture<Integer> refused = call(statements -> {
            statements.update("INSERT INTO one VALUES (?)", 2);
            throw new ConflictException("no");
        });
        CompletableFuture<Integer> broken = call(statements -> {
            statements.update("INSERT INTO one VALUES (?)", 3);
            return statements.update("INSERT INTO one VALUES (?)", 3);
        });
        CompletableFuture<Integer> last = insert(4);
        openGateFor(4);
        assertThat(first).succeedsWithin(Duration.ofSeconds(30));
        assertThat(last).succeedsWithin(Duration.ofSeconds(30));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(refused::get)
                .withCauseInstanceOf(ConflictException.class);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(broken::get)
                .withCauseInstanceOf(IllegalStateException.class);
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void ifATransactionIsSpoiltEachIsTriedByItself() {
        CompletableFuture<Integer> first = insert(1);
        CompletableFuture<Integer> spoils = call(statements -> {
            statements.update("INSERT INTO one VALUES (?)", 2);
            statements.update("ROLLBACK");
            throw new SQLException("as if the disk were full", "", 13);
        });
        CompletableFuture<Integer> last = insert(3);
        openGateFor(3);
        assertThat(first).succeedsWithin(Duration.ofSeconds(30));
        assertThat(last).succeedsWithin(Duration.ofSeconds(30));
        assertThat(spoils).failsWithin(Duration.ofSeconds(30));
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void whoFindsTheFileLockedWaitsOnceForAllOfAGroup() throws Exception {
        AtomicInteger waits = new AtomicInteger();
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        BusyHandler.setHandler(connection, new BusyHandler() {
            @Override
            protected int callback(int before) {
                waits.incrementAndGet();
                return 0;
            }
        });
        List<WriteTask<?>> tasks = new ArrayList<>();
        for (int n = 1; n <= 5; n++) {
            int number = n;
            tasks.add(new WriteTask<>(statements -> statements.update("INSERT INTO one VALUES (?)", number)));
        }
        // The writer that waits for the gate holds the lock.
        new WriteGroup(new Statements(connection), new SqliteFaults("test.db"), tasks).write();
        assertThat(waits).hasValue(1);
        assertThat(tasks)
                .allSatisfy(task -> assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(task::get)
                        .withCauseInstanceOf(UnavailableException.class));
        connection.close();
        gate.countDown();
        assertThat(numbers()).isEmpty();
    }

    @Test
    void anErrorEndsNeitherTheWriterNorTheOthersWait() throws Exception {
        CompletableFuture<Integer> broken = call(statements -> {
            throw new OutOfMemoryError("as if");
        });
        openGateFor(1);
        assertThat(broken).failsWithin(Duration.ofSeconds(30));
        assertThat(insert(1)).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void whoGivesUpBeforeItsTurnHasWrittenNothing() throws Exception {
        Statements other = new Statements(DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=30000"));
        Writer hasty = new Writer(other, new SqliteFaults("test.db"), Duration.ofMillis(50), "hasty", caller -> false);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> hasty.run(statements -> statements.update("INSERT INTO one VALUES (8)")))
                .as("the first writer holds the file")
                .withMessageContaining("may be written yet");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> hasty.run(statements -> statements.update("INSERT INTO one VALUES (9)")))
                .withMessageContaining("nothing was written");
        gate.countDown();
        await().atMost(Duration.ofSeconds(60)).until(() -> numbers().equals(List.of(8)));
        hasty.close();
        assertThat(numbers()).containsExactly(8);
    }

    @Test
    void whatWasAskedForBeforeTheEndIsWritten() {
        CompletableFuture<Integer> last = insert(1);
        openGateFor(1);
        writer.close();
        assertThat(last).succeedsWithin(Duration.ofSeconds(30));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> writer.run(statements -> 0))
                .withMessageContaining("closed");
    }

    private CompletableFuture<Integer> insert(int n) {
        return call(statements -> statements.update("INSERT INTO one VALUES (?)", n));
    }

    private CompletableFuture<Integer> call(WriteTask.Work<Integer> work) {
        return CompletableFuture.supplyAsync(() -> writer.run(work), callers);
    }

    private void openGateFor(int waiting) {
        await().atMost(Duration.ofSeconds(60)).until(() -> writer.waiting() == waiting);
        gate.countDown();
    }

    private int count() {
        return numbers().size();
    }

    private List<Integer> numbers() {
        return writer.run(
                statements -> statements.query("SELECT n FROM one ORDER BY n", Rows.all(row -> row.getInt(1))));
    }

    private void pass() {
        try {
            gate.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
