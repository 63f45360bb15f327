package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.spi.invocation.Invocation;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** Which trace a request belongs to. */
class TraceTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    @TempDir
    static Path home;

    /** What an observer of calls finds, by what was said to the agent. */
    private static final Map<String, SpanContext> SEEN = new ConcurrentHashMap<>();

    private static final Map<String, String> LOGGED = new ConcurrentHashMap<>();

    private static TestServer server;

    private static final class Looks implements InvocationObserver {
        @Override
        public Observation started(Invocation invocation) {
            String said = invocation.request().text();
            SEEN.put(said, Span.current().getSpanContext());
            LOGGED.put(said, String.valueOf(MDC.get("trace_id")));
            return outcome -> {};
        }
    }

    @BeforeAll
    static void start() {
        server = TestServer.start(home, builder -> builder.observer(new Looks()), settings -> settings);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static TestServer.Reply call(String verb, String said, String... headers) {
        HttpRequest.Builder request = server.json("/v1/agents/echo:" + verb, "{\"text\": \"" + said + "\"}");
        return server.send(headers.length == 0 ? request : request.headers(headers));
    }

    @Test
    void theTraceThatComesIsTheParentOfTheCallAndIsTold() {
        for (String verb : List.of("invoke", "submit", "stream")) {
            TestServer.Reply reply = call(verb, verb, "traceparent", PARENT, "tracestate", "vendor=a");

            assertThat(reply.header("traceparent")).matches("00-" + TRACE + "-[0-9a-f]{16}-01");
            assertThat(reply.header("traceparent")).isNotEqualTo(PARENT);
            SpanContext parent = SEEN.get(verb);
            assertThat(parent.isRemote()).isTrue();
            assertThat(parent.getTraceId()).isEqualTo(TRACE);
            assertThat(parent.getSpanId()).isEqualTo("00f067aa0ba902b7");
            assertThat(parent.isSampled()).isTrue();
            assertThat(parent.getTraceState().get("vendor")).isEqualTo("a");
            assertThat(LOGGED.get(verb)).isEqualTo(TRACE);
        }
    }

    @Test
    void withoutOneThereIsANewTraceAndNoParent() {
        String first = call("invoke", "none").header("traceparent");
        String second = call("invoke", "none").header("traceparent");

        assertThat(first).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
        assertThat(second.substring(3, 35)).isNotEqualTo(first.substring(3, 35));
        assertThat(LOGGED.get("none")).isEqualTo(second.substring(3, 35));
        assertThat(SEEN.get("none").isValid()).isFalse();
    }

    @Test
    void oneThatCannotBeReadIsAsIfThereWereNone() {
        List<String> wrong = List.of(
                "",
                "x",
                PARENT.toUpperCase(java.util.Locale.ROOT),
                "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01",
                "00-" + TRACE + "-0000000000000000-01",
                "ff-" + TRACE + "-00f067aa0ba902b7-01",
                PARENT + "-more",
                "00-" + TRACE + "-00f067aa0ba902b7");
        for (int i = 0; i < wrong.size(); i++) {
            TestServer.Reply reply = call("invoke", "wrong" + i, "traceparent", wrong.get(i));
            assertThat(reply.status()).as(wrong.get(i)).isEqualTo(200);
            assertThat(reply.header("traceparent")).as(wrong.get(i)).doesNotContain(TRACE);
            assertThat(SEEN.get("wrong" + i).isValid()).as(wrong.get(i)).isFalse();
        }
        call("invoke", "twice", "traceparent", PARENT, "traceparent", PARENT);
        assertThat(SEEN.get("twice").isValid()).isFalse();
    }

    @Test
    void refusalsTellItToo() {
        TestServer.Reply reply = server.send(
                server.request("/v1/runs/none").header("traceparent", PARENT).GET());

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("traceparent")).startsWith("00-" + TRACE);
    }
}
