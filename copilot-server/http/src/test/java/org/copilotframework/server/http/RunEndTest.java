package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is shown of a run's end, and when it is asked for. */
class RunEndTest {
    private final CompletableFuture<AgentReply> reply = new CompletableFuture<>();
    private final AtomicInteger asked = new AtomicInteger();

    private final Run run = new Run() {
        @Override
        public RunId id() {
            throw new UnsupportedOperationException("id");
        }

        @Override
        public RunState state() {
            throw new UnsupportedOperationException("state");
        }

        @Override
        public CompletionStage<AgentReply> reply() {
            asked.incrementAndGet();
            return reply;
        }

        @Override
        public Optional<Message> question() {
            throw new UnsupportedOperationException("question");
        }

        @Override
        public void input(Message message) {
            throw new UnsupportedOperationException("input");
        }

        @Override
        public EventStream events(long after) {
            throw new UnsupportedOperationException("events");
        }

        @Override
        public boolean cancel(String why) {
            throw new UnsupportedOperationException("cancel");
        }
    };

    /** Whoever asks for a reply has it looked for until there is one, and reading a parked run must not do that. */
    @ParameterizedTest
    @EnumSource(RunState.class)
    void theReplyIsAskedForOnlyIfThereIsOne(RunState state) {
        reply.complete(AgentReply.text("done"));
        RunEnd end = RunEnd.of(run, state);
        assertThat(asked).hasValue(state.terminal() ? 1 : 0);
        assertThat(end.reply().isPresent()).isEqualTo(state.terminal());
        assertThat(end.error()).isEmpty();
    }

    @Test
    void anErrorIsShownAsOne() {
        reply.completeExceptionally(new CanceledException("enough"));
        RunEnd end = RunEnd.of(run, RunState.CANCELED);
        assertThat(end.reply()).isEmpty();
        assertThat(end.error().orElseThrow()).containsEntry("code", "canceled");
    }

    @Test
    void whoAsksBeforeItIsKnownIsToldToAskAgain() {
        assertThatThrownBy(() -> RunEnd.of(run, RunState.COMPLETED)).isInstanceOf(UnavailableException.class);
    }
}
