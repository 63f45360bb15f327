package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However a stream of events ends, whoever reads it learns that it has. */
class StreamEndsTest {
    @TempDir
    Path home;

    @Test
    void oneThatFailsEndsWithAnErrorThatTellsNothingOfTheInside() {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        Delivery.write(
                out -> {
                    out.send(null, "run", Map.of("run", "r1"));
                    throw new IllegalStateException("the password is correct horse battery");
                },
                sent);
        assertThat(sent.toString(StandardCharsets.UTF_8))
                .startsWith("event: run\n")
                .contains("\nid: end\nevent: error\ndata: {")
                .contains("\"code\":\"internal\"")
                .endsWith("}\n\n")
                .doesNotContain("horse", "IllegalState");
    }

    @Test
    void aClientThatHasLeftIsNoFault() {
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("the pipe is broken");
            }
        };
        Delivery.write(out -> out.send(null, "run", Map.of("run", "r1")), gone);
        Delivery.write(
                out -> {
                    throw new IllegalStateException("and it fails");
                },
                gone);
    }

    @Test
    void whoWasAwayWhenTheRunEndedReadsItsEndWhenHeComesBack() throws IOException, InterruptedException {
        TestAgents.Waiter.begun = new CountDownLatch(1);
        try (TestServer server = TestServer.open(home)) {
            String run;
            String last;
            try (EventReader stream = server.events(server.json("/v1/agents/waiter:stream", "{\"text\": \"a\"}"))) {
                run = "/v1/runs/" + stream.next("run").at("/run");
                last = stream.next("text").id();
            }
            assertThat(server.get(run).json().at("/reply")).as("it goes on").isEmpty();
            TestAgents.Waiter.GO.release();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> "completed".equals(server.get(run).at("/run/state")));
            assertThat(server.get(run).at("/reply/message/parts/0/text")).isEqualTo("waited");

            try (EventReader again =
                    server.events(server.request(run + "/events").header("Last-Event-ID", last))) {
                List<EventReader.Sent> rest = again.rest();
                assertThat(rest).extracting(EventReader.Sent::event).doesNotContain("text", "error", "gap");
                EventReader.Sent end = rest.get(rest.size() - 1);
                assertThat(end.event()).isEqualTo("reply");
                assertThat(end.at("/message/parts/0/text")).isEqualTo("waited");
                assertThat(server.send(server.request(run + "/events").header("Last-Event-ID", end.id()))
                                .status())
                        .isEqualTo(204);
            }
        }
    }
}
