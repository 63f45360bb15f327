package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.core.Orchestrator;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While an agent is at work, its request has a place and no thread of the server. */
class WaitingInvokesTest {
    private static final int MANY = 150;

    @TempDir
    Path home;

    private TestServer start(int calls) {
        return TestServer.start(
                home,
                builder -> builder.agent(new Speaker()),
                of -> new HttpSettings(
                        of.host(),
                        of.port(),
                        calls,
                        of.streams(),
                        of.bodyBytes(),
                        of.archiveBytes(),
                        of.headerBytes(),
                        of.idleTimeout(),
                        of.keepAlive(),
                        Duration.ZERO,
                        Duration.ofSeconds(60),
                        of.corsOrigins()));
    }

    /** Replies with as many characters as the text says, once it is let go on; fails if it says 0. */
    @AgentInfo(name = "speaker", description = "Says much or little.")
    static final class Speaker implements Agent {
        static final Semaphore GO = new Semaphore(0);
        static volatile CountDownLatch begun = new CountDownLatch(1);

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws InterruptedException {
            begun.countDown();
            GO.acquire();
            int length = Integer.parseInt(request.text());
            if (length == 0) {
                throw new IllegalStateException("nothing to say");
            }
            return AgentReply.text("x".repeat(length));
        }
    }

    private static CompletableFuture<HttpResponse<String>> say(TestServer server, int length) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .sendAsync(
                        server.json("/v1/agents/speaker:invoke", "{\"text\": \"" + length + "\"}")
                                .build(),
                        BodyHandlers.ofString());
    }

    @Test
    void callsThatWaitHoldNoThreadOfTheServer() {
        try (TestServer server = start(MANY)) {
            HttpClient client = HttpClient.newHttpClient();
            List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                replies.add(client.sendAsync(
                        server.json("/v1/agents/speaker:invoke", "{\"text\": \"3\"}")
                                .build(),
                        BodyHandlers.ofString()));
            }
            // There is no place left, so all of them are at work.
            await().until(() -> server.get("/v1/agents").status() == 503);
            assertThat(replies).noneMatch(CompletableFuture::isDone);
            assertThat(server.get("/health/ready").status()).isEqualTo(200);
            // Those that only begin a call are there for a moment.
            await().until(() -> threadsThatWaitForReplies().isEmpty());
            assertThat(replies).noneMatch(CompletableFuture::isDone);

            Speaker.GO.release(MANY);
            assertThat(replies).allMatch(reply -> reply.join().statusCode() == 200);
            await().until(() -> server.get("/v1/agents").status() == 200);
        }
    }

    /** Those of the server that are within a call. */
    private static List<String> threadsThatWaitForReplies() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(one -> one.getKey().getName().startsWith("copilot-http"))
                .filter(one -> Arrays.stream(one.getValue())
                        .anyMatch(frame -> frame.getClassName().startsWith("org.copilotframework.core.call.")))
                .map(one -> one.getKey().getName())
                .toList();
    }

    @Test
    void theDeadlineAnswers() {
        try (TestServer server = start(10)) {
            TestServer.Reply late =
                    server.post("/v1/agents/speaker:invoke", "{\"text\": \"3\", \"timeout\": \"PT0.2S\"}");
            assertThat(late.status()).isEqualTo(504);
            assertThat(late.at("/code")).isEqualTo("deadline_exceeded");
        }
    }

    @Test
    void oneWhoLeavesGivesBackHisPlaceWhenHisAgentIsDone() throws IOException, InterruptedException {
        try (TestServer server = start(1)) {
            Speaker.begun = new CountDownLatch(1);
            try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
                socket.getOutputStream()
                        .write(("POST /v1/agents/speaker:invoke HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"text\": \"3\"}")
                                .getBytes(StandardCharsets.US_ASCII));
                Speaker.begun.await();
            }
            assertThat(server.get("/v1/agents").status()).isEqualTo(503);
            Speaker.GO.release();
            await().until(() -> server.get("/v1/agents").status() == 200);
        }
    }

    @Test
    void oneConnectionServesCallAfterCall() throws IOException {
        try (TestServer server = start(10);
                Socket socket = new Socket("127.0.0.1", server.server.port())) {
            socket.setSoTimeout(30_000);
            for (int length : new int[] {3, 100_000, 3}) {
                String body = "{\"text\": \"" + length + "\"}";
                Speaker.GO.release();
                socket.getOutputStream()
                        .write(("POST /v1/agents/speaker:invoke HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Content-Type: application/json\r\nContent-Length: " + body.length()
                                        + "\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII));
                String head = head(socket.getInputStream());
                assertThat(head).startsWith("HTTP/1.1 200");
                int announced = Integer.parseInt(head.replaceFirst("(?is).*content-length: *([0-9]+).*", "$1"));
                assertThat(new String(socket.getInputStream().readNBytes(announced), StandardCharsets.US_ASCII))
                        .contains("\"" + "x".repeat(length) + "\"");
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("the connection has ended").isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    /** By the threads that set the status it is seen who makes the answers. */
    @Test
    void noLongAnswerIsMadeByTheThreadOfAnAgent() throws Exception {
        Set<String> makers = ConcurrentHashMap.newKeySet();
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        try (Orchestrator orchestrator = Orchestrator.builder()
                        .home(home)
                        .setting("copilot.storage.url", "memory:")
                        .agent(new Speaker())
                        .start();
                HttpFace face = HttpFace.of(orchestrator, HttpSettings.defaults())) {
            ServletContextHandler context = new ServletContextHandler("/");
            FilterHolder filter = new FilterHolder(new Watching(makers));
            filter.setAsyncSupported(true);
            context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
            ServletHolder holder = new ServletHolder(face.servlet());
            holder.setAsyncSupported(true);
            context.addServlet(holder, "/*");
            jetty.setHandler(context);
            jetty.start();
            for (int length : new int[] {100_000, 0}) {
                Speaker.begun = new CountDownLatch(1);
                CompletableFuture<HttpResponse<String>> reply = HttpClient.newHttpClient()
                        .sendAsync(
                                HttpRequest.newBuilder(URI.create("http://localhost:" + connector.getLocalPort()
                                                + "/v1/agents/speaker:invoke"))
                                        .header("Content-Type", "application/json")
                                        .POST(BodyPublishers.ofString("{\"text\": \"" + length + "\"}"))
                                        .build(),
                                BodyHandlers.ofString());
                Speaker.begun.await();
                Speaker.GO.release();
                assertThat(reply.join().statusCode()).isEqualTo(length == 0 ? 502 : 200);
            }
            assertThat(makers).isNotEmpty().allMatch(name -> name.startsWith("qtp"));
        } finally {
            jetty.stop();
        }
    }

    private record Watching(Set<String> makers) implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, new HttpServletResponseWrapper((HttpServletResponse) response) {
                @Override
                public void setStatus(int status) {
                    makers.add(Thread.currentThread().getName());
                    super.setStatus(status);
                }
            });
        }
    }
}
