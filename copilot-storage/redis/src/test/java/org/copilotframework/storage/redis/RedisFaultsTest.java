package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that is busy, slow, away or back again. */
class RedisFaultsTest {
    private RedisProcess server;
    private Storage store;

    @BeforeEach
    void start() {
        server = RedisProcess.start("--appendonly yes", "--appendfsync always", "--lua-time-limit 50");
        store = new RedisUnderTest(server.url(), Map.of("timeout", "500ms")).open();
        store.migrate();
    }

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }

    @Test
    void aServerThatForgotTheScriptsIsShownThemAgain() {
        store.commit(Sample.turn(1));
        server.say("SCRIPT FLUSH");
        store.commit(Sample.turn(2));
        assertThat(version()).isEqualTo(2);
    }

    @Test
    void aServerThatIsBusyWithAScriptIsUnavailableUntilItIsKilled() {
        store.commit(Sample.turn(1));
        CompletableFuture<String> endless =
                CompletableFuture.supplyAsync(() -> server.say("EVAL \"while true do end\" 0"));
        await().until(() -> server.say("PING").contains("BUSY"));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> store.commit(Sample.turn(2)))
                .withMessageContaining("BUSY");
        server.say("SCRIPT KILL");
        endless.join();
        await().ignoreExceptions().until(() -> !store.commit(Sample.turn(2)).repeated());
        assertThat(version()).isEqualTo(2);
    }

    @Test
    void aServerThatHasAllTheClientsItTakesIsUnavailableAndSaysSo() throws IOException {
        try (Socket only = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            only.getOutputStream().write("CONFIG SET maxclients 1\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(only.getInputStream().read()).isEqualTo('+');
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> RedisUnderTest.at(server.url()).open().close())
                    .withMessageContaining("maxclients")
                    .satisfies(error -> assertThat(error.retryAfter()).isPresent());
        }
    }

    /** The server says it so shortly that no test can rely on it; so somebody else says it. */
    @Test
    void aServerThatReadsItsDataStillIsUnavailableAndSaysSo() throws Exception {
        try (ServerSocket loading = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> sayLoading(loading));
            answering.setDaemon(true);
            answering.start();
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> RedisUnderTest.at("redis://127.0.0.1:" + loading.getLocalPort())
                            .open()
                            .close())
                    .withMessageContaining("LOADING")
                    .satisfies(error -> assertThat(error.retryAfter()).isPresent());
        }
    }

    /** To every command, which begins with an asterisk; no argument of a handshake has one. */
    private static void sayLoading(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                for (int next = client.getInputStream().read();
                        next >= 0;
                        next = client.getInputStream().read()) {
                    if (next == '*') {
                        client.getOutputStream()
                                .write("-LOADING Redis is loading the dataset in memory\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (IOException gone) {
                // The client or the test has ended.
            }
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsUnavailableAndTheCommitMayBeSentAgain() {
        server.say("CLIENT PAUSE 1500 ALL");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> store.commit(Sample.turn(1)))
                .withMessageContaining("copilot.storage.redis.timeout");
        await().ignoreExceptionsInstanceOf(UnavailableException.class)
                .until(() -> store.commit(Sample.turn(1)).repeated());
        assertThat(version()).isEqualTo(1);
    }

    @Test
    void whatWasAcknowledgedIsThereAfterTheServerWasKilled() {
        AtomicLong acknowledged = new AtomicLong();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            while (acknowledged.get() < 1_000_000) {
                store.commit(Sample.turn(acknowledged.get() + 1));
                acknowledged.incrementAndGet();
            }
        });
        await().until(() -> acknowledged.get() > 200);
        server.kill();
        assertThatExceptionOfType(java.util.concurrent.CompletionException.class)
                .isThrownBy(writer::join)
                .withCauseInstanceOf(UnavailableException.class);
        server.resume();

        await().ignoreExceptionsInstanceOf(UnavailableException.class).until(() -> version() > 0);
        assertThat(version()).isBetween(acknowledged.get(), acknowledged.get() + 1);
        // The one in flight was made or not; sent again, it is there once.
        store.commit(Sample.turn(acknowledged.get() + 1));
        assertThat(version()).isEqualTo(acknowledged.get() + 1);
        assertThat(store.sessions().turns(Sample.TENANT, Sample.SESSION, Long.MAX_VALUE, 100, Long.MAX_VALUE))
                .hasSize(100);
    }

    @Test
    void anAdditionIsNeverMadeTwiceWhenConnectionsBreak() {
        AtomicInteger made = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        CompletableFuture<?> adding = CompletableFuture.allOf(IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    for (int n = 0; n < 1000; n++) {
                        try {
                            store.values().add(Sample.TENANT, "count", 1, null);
                            made.incrementAndGet();
                        } catch (UnavailableException lost) {
                            unknown.incrementAndGet();
                        }
                    }
                }))
                .toArray(CompletableFuture[]::new));
        while (!adding.isDone()) {
            int before = made.get();
            await().until(() -> adding.isDone() || made.get() > before + 50);
            server.say("CLIENT KILL TYPE normal");
        }
        adding.join();
        AtomicLong count = new AtomicLong();
        await().ignoreExceptionsInstanceOf(UnavailableException.class).until(() -> {
            count.set(store.values().add(Sample.TENANT, "count", 0, null));
            return true;
        });
        assertThat(count.get()).isBetween((long) made.get(), (long) made.get() + unknown.get());
    }

    @Test
    void aClosedStoreIsUnavailable() {
        store.close();
        store.close();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> store.commit(Sample.turn(1)))
                .withMessageContaining("closed");
    }

    @Test
    void anInterruptedThreadCommitsAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThat(store.commit(Sample.turn(1)).repeated()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(version()).isEqualTo(1);
    }

    @Test
    void aClosedStoreLeavesNoThreadBehind() {
        store.commit(Sample.turn(1));
        assertThat(threads()).isPositive();
        store.close();
        await().until(() -> threads() == 0);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("copilot-redis-"))
                .count();
    }

    /** What must happen may take long on a machine that has much to do. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    private long version() {
        return store.sessions()
                .head(Sample.TENANT, Sample.SESSION)
                .map(SessionHead::version)
                .orElse(0L);
    }
}
