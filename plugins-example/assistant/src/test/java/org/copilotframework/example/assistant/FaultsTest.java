package org.copilotframework.example.assistant;

import static org.awaitility.Awaitility.await;
import static org.copilotframework.testkit.CopilotAssertions.assertThat;
import static org.copilotframework.testkit.CopilotAssertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.copilotframework.testkit.CopilotExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Endpoints that fail. No error may hold the key, and each says what to do. */
class FaultsTest {
    private static final ScriptedEndpoint endpoint = new ScriptedEndpoint();

    @RegisterExtension
    static final CopilotExtension copilot = Bed.at(endpoint)
            .setting("copilot.plugin.assistant.idle-timeout", "2s")
            .setting("copilot.plugin.assistant.attempts", "2")
            .build();

    @BeforeEach
    void forget() {
        endpoint.forget();
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    @Test
    void aRefusedKeyNamesItsSettingAndNeverTheKey() {
        endpoint.refuses(
                401, "{\"error\":{\"message\":\"Incorrect API key provided: " + Bed.KEY + ".\",\"code\":\"x\"}}");

        assertThat(failure())
                .isInstanceOf(AgentFailedException.class)
                .hasMessageContaining("401")
                .hasMessageContaining("copilot.plugin.assistant.api-key")
                .hasMessageContaining("Incorrect API key provided: ***");
        assertThat(endpoint.asked()).hasSize(1);
    }

    @Test
    void anUnknownModelNamesBothSettings() {
        endpoint.refuses(404, "{\"error\":{\"message\":\"The model `scripted` does not exist\"}}");

        assertThat(failure())
                .isInstanceOf(AgentFailedException.class)
                .hasMessageContaining("copilot.plugin.assistant.model")
                .hasMessageContaining("copilot.plugin.assistant.base-url")
                .hasMessageContaining("does not exist");
    }

    @Test
    void aRequestThatIsNotTakenIsNotSentAgain() {
        endpoint.refuses(400, "{\"error\":{\"message\":\"maximum context length is 8192 tokens\"}}");

        assertThat(failure()).isInstanceOf(AgentFailedException.class).hasMessageContaining("maximum context length");
        assertThat(endpoint.asked()).hasSize(1);
    }

    @Test
    void aBusyEndpointIsAskedAgainAfterTheTimeItNames() {
        endpoint.refuses(429, "{\"error\":{\"message\":\"slow down\"}}", "Retry-After", "1")
                .says("here I am");

        assertThat(copilot.client().invoke("assistant", "hi").text()).isEqualTo("here I am");
        assertThat(endpoint.asked()).hasSize(2);
    }

    @Test
    void whoIsToldToWaitForLongTellsItsCaller() {
        endpoint.refuses(429, "{\"error\":{\"message\":\"slow down\"}}", "Retry-After", "3600");

        CopilotException failure = failure();
        assertThat(failure).isInstanceOf(UnavailableException.class).hasMessageContaining("slow down");
        assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(3600));
        assertThat(endpoint.asked()).hasSize(1);
    }

    @Test
    void theTimeToWaitMayBeADate() {
        String date = ZonedDateTime.now(ZoneOffset.UTC).plusHours(2).format(DateTimeFormatter.RFC_1123_DATE_TIME);
        endpoint.refuses(503, "", "Retry-After", date);

        assertThat(failure().retryAfter().orElseThrow()).isBetween(Duration.ofMinutes(110), Duration.ofMinutes(121));
    }

    @Test
    void aBrokenEndpointIsTriedAsOftenAsIsSet() {
        endpoint.refuses(500, "{\"error\":\"out of memory\"}")
                .refuses(500, "<html>oops</html>", "Content-Type", "text/html");

        assertThat(failure()).isInstanceOf(UnavailableException.class).hasMessageContaining("failed (500), 2 times");
        assertThat(endpoint.asked()).hasSize(2);
    }

    @Test
    void troubleAmongTheEventsIsTrouble() {
        for (int i = 0; i < 2; i++) {
            endpoint.then(exchange -> {
                OutputStream out = ScriptedEndpoint.begin(exchange);
                ScriptedEndpoint.send(out, "{\"error\":{\"message\":\"the engine died\",\"code\":502}}");
                out.close();
            });
        }

        assertThat(failure())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("(502)")
                .hasMessageContaining("the engine died");
    }

    @Test
    void anEndpointThatNeverAnswersIsLeftAndTriedAgain() {
        endpoint.then(exchange -> endpoint.hang()).says("back again");

        assertThat(copilot.client().invoke("assistant", "hi").text()).isEqualTo("back again");
    }

    @Test
    void anEndpointThatFallsSilentInMidAnswerIsNotAskedAgain() {
        endpoint.then(exchange -> {
            OutputStream out = ScriptedEndpoint.begin(exchange);
            ScriptedEndpoint.send(out, ScriptedEndpoint.chunk(Map.of("content", "well,"), null));
            endpoint.hang();
        });

        assertThat(failure())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("copilot.plugin.assistant.idle-timeout");
        assertThat(endpoint.asked()).hasSize(1);
    }

    @Test
    void anEndpointThatOnlyShowsThatItLivesIsWaitedFor() {
        endpoint.then(exchange -> {
            OutputStream out = ScriptedEndpoint.begin(exchange);
            for (int i = 0; i < 25; i++) {
                Thread.sleep(100);
                out.write(": thinking\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            ScriptedEndpoint.send(out, ScriptedEndpoint.chunk(Map.of("content", "42"), null));
            ScriptedEndpoint.end(out, "stop");
        });

        assertThat(copilot.client().invoke("assistant", "why?").text()).isEqualTo("42");
        assertThat(endpoint.asked()).hasSize(1);
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForWhole() {
        endpoint.then(exchange -> {
            OutputStream out = ScriptedEndpoint.begin(exchange);
            ScriptedEndpoint.send(out, ScriptedEndpoint.chunk(Map.of("content", "do not "), null));
            out.close();
        });

        assertThat(failure()).isInstanceOf(UnavailableException.class).hasMessageContaining("broke off");
    }

    @Test
    void garbageIsCalledGarbage() {
        endpoint.then(exchange -> {
            OutputStream out = ScriptedEndpoint.begin(exchange);
            ScriptedEndpoint.send(out, "{\"choices\": [[[");
            out.close();
        });
        assertThat(failure()).isInstanceOf(AgentFailedException.class).hasMessageContaining("not JSON");

        endpoint.refuses(200, "<html>Log in</html>", "Content-Type", "text/html; charset=utf-8");
        assertThat(failure())
                .isInstanceOf(AgentFailedException.class)
                .hasMessageContaining("text/html")
                .hasMessageContaining("copilot.plugin.assistant.base-url");

        endpoint.refuses(200, "ten green bottles", "Content-Type", "text/event-stream");
        assertThat(failure()).isInstanceOf(AgentFailedException.class).hasMessageContaining("OpenAI-compatible");

        endpoint.refuses(302, "", "Location", endpoint.url());
        assertThat(failure()).isInstanceOf(AgentFailedException.class).hasMessageContaining("(302)");
        assertThat(endpoint.asked()).hasSize(4);
    }

    @Test
    void aModelThatSaysNothingHasFailed() {
        endpoint.says();

        assertThat(failure()).isInstanceOf(AgentFailedException.class).hasMessageContaining("said nothing");
    }

    @Test
    void anEndpointThatHangsUpIsUnavailable() {
        for (int i = 0; i < 2; i++) {
            endpoint.then(HttpExchange::close);
        }

        assertThat(failure())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("127.0.0.1 cannot be reached");
    }

    @Test
    void cancellingTheRunClosesTheConnection() throws Exception {
        CountDownLatch talking = new CountDownLatch(1);
        CountDownLatch noticed = new CountDownLatch(1);
        endpoint.then(exchange -> {
            OutputStream out = ScriptedEndpoint.begin(exchange);
            try {
                while (true) {
                    ScriptedEndpoint.send(out, ScriptedEndpoint.chunk(Map.of("content", "blah "), null));
                    talking.countDown();
                    Thread.sleep(5);
                }
            } catch (IOException closed) {
                noticed.countDown();
            }
        });
        Run run = copilot.client()
                .submit(AgentRequest.to("assistant").text("talk").build());
        talking.await();

        run.cancel("enough");

        assertThat(noticed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> Bed.reply(run)).isInstanceOf(CanceledException.class);
        await().until(() -> copilot.orchestrator().health().parts().stream()
                .allMatch(part -> part.reason().isEmpty()));
    }

    @Test
    void theDeadlineOfTheCallEndsAHangingRequest() {
        endpoint.then(exchange -> endpoint.hang()).then(exchange -> endpoint.hang());

        assertThatThrownBy(() -> copilot.client()
                        .invoke(AgentRequest.to("assistant")
                                .text("hi")
                                .timeout(Duration.ofMillis(300))
                                .build()))
                .isInstanceOf(DeadlineExceededException.class);
        assertThatThrownBy(() -> copilot.client()
                        .onCallerThread()
                        .invoke(AgentRequest.to("assistant")
                                .text("hi")
                                .timeout(Duration.ofMillis(300))
                                .build()))
                .isInstanceOf(DeadlineExceededException.class);
    }

    private static CopilotException failure() {
        try {
            throw new AssertionError(copilot.client().invoke("assistant", "hi"));
        } catch (CopilotException failure) {
            assertThat(failure.getMessage()).doesNotContain(Bed.KEY);
            return failure;
        }
    }
}
