package org.copilotframework.testkit;

import static org.copilotframework.testkit.CopilotAssertions.assertThat;
import static org.copilotframework.testkit.CopilotAssertions.assertThatExceptionOfType;
import static org.copilotframework.testkit.CopilotAssertions.assertThatFailureOf;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CopilotAssertionsTest {
    @RegisterExtension
    static final CopilotExtension copilot =
            CopilotExtension.builder().agent(new Worker()).build();

    private static final AgentReply REPLY =
            AgentReply.of("two orders", Map.of("orders", List.of(Map.of("id", 7)), "none", List.of()));

    @Test
    void aReplyHasTextAndData() {
        assertThat(REPLY)
                .hasText("two orders")
                .hasTextContaining("orders", "two")
                .hasData("/orders/0/id", 7)
                .hasData("/none", List.of())
                .hasNoData("/orders/1");
        assertThat(AgentReply.text("x")).hasNoData("");
    }

    @Test
    void aReplyThatDiffersIsShown() {
        fails(() -> assertThat(REPLY).as("the answer").hasText("three")).withMessageContaining("the answer");
        fails(() -> assertThat(REPLY).hasTextContaining("three")).withMessageContaining("two orders");
        fails(() -> assertThat(REPLY).hasData("/orders/0/id", 8))
                .withMessageContaining("'/orders/0/id' 7, not 8")
                .withMessageContaining("{id=7}");
        fails(() -> assertThat(REPLY).hasData("/gone", 8)).withMessageContaining("nothing");
        fails(() -> assertThat(REPLY).hasNoData("/orders/0/id")).withMessageContaining("7");
    }

    @Test
    void aRunTellsItsEventsAndEnds(Client client) {
        Run run = submit(client, "work");
        assertThat(run)
                .hasProgress("half")
                .hasProgress()
                .hasEvent(
                        "its own event",
                        event ->
                                event instanceof Event.Text text && text.delta().equals("so far"))
                .endsIn(RunState.COMPLETED);
        assertThat(run).reply().hasText("done");
        assertThat(run).events().contains(new Event.Progress("half done", 0.5), new Event.State(RunState.COMPLETED));
    }

    @Test
    void aRunThatFailsGivesItsError(Client client) {
        Run run = submit(client, "fail");
        assertThat(run)
                .endsIn(RunState.FAILED)
                .failure()
                .hasCode(ErrorCode.AGENT_FAILED)
                .hasMessageContaining("broken");
        fails(() -> assertThat(run).endsIn(RunState.COMPLETED)).withMessageContaining("ended in FAILED");
        fails(() -> assertThat(run).reply()).withMessageContaining("broken");
        fails(() -> assertThat(run).hasProgress()).withMessageContaining("no progress before it ended in FAILED");
    }

    @Test
    void aRunThatDoesNotEndIsWaitedForNoLongerThanToldButReadAsFarAsNeeded(Client client) {
        Run run = submit(client, "wait");
        try {
            assertThat(run).hasProgress("waiting");
            fails(() -> assertThat(run).within(Duration.ofMillis(50)).endsIn(RunState.COMPLETED))
                    .withMessageContaining("has not ended within PT0.05S");
            fails(() -> assertThat(run).within(Duration.ofMillis(50)).hasProgress("done"))
                    .withMessageContaining("no progress with 'done' within PT0.05S")
                    .withMessageContaining("waiting");
        } finally {
            Worker.LATCH.countDown();
        }
        assertThat(run).reply().hasText("done");
        fails(() -> assertThat(run).failure()).withMessageContaining("ended with a reply");
    }

    @Test
    void eventsThatAreNoLongerRetainedDoNotDisturb(Client client) {
        Run run = submit(client, "flood");
        assertThat(run).endsIn(RunState.COMPLETED);
        assertThat(run).hasProgress("event 4999");
    }

    @Test
    void anErrorHasItsCode() {
        NotFoundException gone = new NotFoundException("no such agent");
        assertThat(gone).hasCode(ErrorCode.NOT_FOUND).hasMessage("no such agent");
        fails(() -> assertThat(gone).hasCode(ErrorCode.CONFLICT)).withMessageContaining("NOT_FOUND, not CONFLICT");
        fails(() -> assertThat(gone).isRetryable()).withMessageContaining("no such agent");
        fails(() -> assertThatFailureOf(() -> {})).withMessageContaining("it succeeded");
        fails(() -> assertThatFailureOf(() -> {
                    throw new IllegalStateException("other");
                }))
                .withMessageContaining("other");
    }

    private static Run submit(Client client, String what) {
        return client.submit(AgentRequest.to("worker").text(what).build());
    }

    private static ThrowableAssertAlternative<AssertionError> fails(ThrowingCallable assertion) {
        return assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion);
    }

    @AgentInfo(name = "worker")
    static final class Worker implements Agent {
        static final CountDownLatch LATCH = new CountDownLatch(1);

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
            switch (request.text()) {
                case "fail" -> throw new IllegalStateException("broken");
                case "wait" -> {
                    context.progress("waiting", 0);
                    LATCH.await();
                }
                case "flood" -> {
                    for (int i = 0; i < 5000; i++) {
                        context.progress("event " + i, 0);
                    }
                }
                default -> {
                    context.progress("half done", 0.5);
                    context.emit(new Event.Text("so far"));
                }
            }
            return AgentReply.text("done");
        }
    }
}
