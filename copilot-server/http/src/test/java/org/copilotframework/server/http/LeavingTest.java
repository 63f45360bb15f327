package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A client of HTTP/2 that leaves its stream of events: the run is canceled, or goes on, as it was asked for. */
class LeavingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern RUN = Pattern.compile("data: \\{\"run\":\"([^\"]+)\"}");

    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.asSet(
                home,
                builder -> builder.setting("copilot.http.keep-alive", "100ms").setting("copilot.http.streams", "1"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** What is warned of meanwhile: that somebody leaves is no fault. */
    private final ListAppender<ILoggingEvent> warnings = new ListAppender<>();

    private final Logger log = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void listen() {
        ThresholdFilter filter = new ThresholdFilter();
        filter.setLevel("WARN");
        filter.start();
        warnings.addFilter(filter);
        warnings.start();
        log.addAppender(warnings);
    }

    @AfterEach
    void nobodyIsWarned() {
        log.detachAppender(warnings);
        assertThat(List.copyOf(warnings.list)).isEmpty();
    }

    /** How somebody leaves. */
    private interface Leave {
        void by(Socket socket) throws IOException;
    }

    /** Leaves while the agent is at work, and returns where the run is seen. */
    private static String leave(String query, Leave leave) throws IOException, InterruptedException {
        TestAgents.Waiter.begun = new CountDownLatch(1);
        try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(Frames.PREFACE);
            socket.getOutputStream().write(Frames.window(65_535));
            socket.getOutputStream().write(Frames.post(1, "/v1/agents/waiter:stream" + query, "{\"text\": \"a\"}"));
            ByteArrayOutputStream come = new ByteArrayOutputStream();
            byte[] some = new byte[4_096];
            Matcher run = RUN.matcher("");
            while (!run.find()) {
                int read = socket.getInputStream().read(some);
                assertThat(read).as(come.toString(StandardCharsets.ISO_8859_1)).isPositive();
                come.write(some, 0, read);
                run = RUN.matcher(come.toString(StandardCharsets.ISO_8859_1));
            }
            TestAgents.Waiter.begun.await();
            leave.by(socket);
            String path = "/v1/runs/" + run.group(1);
            // The only place for a stream is given back: that he has left is known.
            await().atMost(PATIENCE).until(() -> {
                try (EventReader other = server.events(server.json("/v1/agents/echo:stream", "{\"text\": \"a\"}"))) {
                    return other.response.statusCode() == 200;
                }
            });
            return path;
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.getOutputStream().write(Frames.reset(1));
    }

    private static void assertCanceled(String run) {
        await().atMost(PATIENCE).until(() -> "canceled".equals(server.get(run).at("/run/state")));
        // Else another's word to go on could reach this one, which is on its way out.
        await().atMost(PATIENCE).until(() -> !TestAgents.Waiter.GO.hasQueuedThreads());
    }

    private static void assertGoesOn(String run) {
        assertThat(server.get(run).at("/run/state")).isEqualTo("working");
        TestAgents.Waiter.GO.release();
        await().atMost(PATIENCE).until(() -> "completed".equals(server.get(run).at("/run/state")));
        assertThat(server.get(run).at("/reply/message/parts/0/text")).isEqualTo("waited");
    }

    @Test
    void whoResetsItsStreamMayHaveTheRunCanceled() throws IOException, InterruptedException {
        assertCanceled(leave("?cancelOnLeave=true", LeavingTest::reset));
    }

    @Test
    void whoResetsItsStreamLeavesTheRunToGoOn() throws IOException, InterruptedException {
        assertGoesOn(leave("", LeavingTest::reset));
    }

    @Test
    void whoClosesTheConnectionMayHaveTheRunCanceled() throws IOException, InterruptedException {
        assertCanceled(leave("?cancelOnLeave=true", Socket::close));
    }

    @Test
    void whoClosesTheConnectionLeavesTheRunToGoOn() throws IOException, InterruptedException {
        assertGoesOn(leave("", Socket::close));
    }
}
