package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.invocation.Invocation;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.invocation.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls for whose replies no thread waits are under the same rules as those that are waited for. */
class UnawaitedCallsTest {
    private static final Caller ADA = Caller.of("acme", "ada");

    private final CountDownLatch letGo = new CountDownLatch(1);
    private final AtomicBoolean stop = new AtomicBoolean();
    private final SlowStorage storage = new SlowStorage();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final HostedAgents agents;

    UnawaitedCallsTest() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.storage = storage;
        setup.limits = HostedAgents.limits(limits -> {
            limits.concurrency = 3;
            limits.cancelGrace = Duration.ofMillis(100);
        });
        setup.observers.add(new Outcomes());
        agents = new HostedAgents(setup);
        agents.with("echo", (request, context) -> AgentReply.text(request.text()));
        agents.with("held", (request, context) -> {
            letGo.await();
            return AgentReply.text("let go");
        });
        agents.with("broken", (request, context) -> {
            throw new IllegalStateException("on purpose");
        });
        agents.with("stubborn", Execution.CPU, (request, context) -> {
            while (!stop.get()) {
                Thread.interrupted();
                Thread.onSpinWait();
            }
            return AgentReply.text("too late");
        });
    }

    private final class Outcomes implements InvocationObserver {
        @Override
        public Observation started(Invocation invocation) {
            return new Observation() {
                @Override
                public void ended(Outcome outcome) {
                    synchronized (outcomes) {
                        outcomes.add(outcome);
                    }
                }
            };
        }
    }

    @AfterEach
    void nothingIsLeft() {
        stop.set(true);
        letGo.countDown();
        storage.gate.release(1_000);
        await().until(() ->
                agents.dispatcher.held() == 0 && agents.dispatcher.stats().inFlight() == 0);
        agents.close();
    }

    private CompletableFuture<AgentReply> invoke(AgentRequest request) {
        CompletionStage<AgentReply> reply = agents.dispatcher.invokeAsync(ADA, request);
        return reply.toCompletableFuture();
    }

    private CompletableFuture<AgentReply> invoke(String agent) {
        return invoke(AgentRequest.to(agent).text("hello").build());
    }

    private static AgentRequest within(String agent, long millis) {
        return AgentRequest.to(agent)
                .text("hello")
                .timeout(Duration.ofMillis(millis))
                .build();
    }

    @Test
    void aReplyOrAnErrorComesWithoutAThreadThatWaits() {
        assertThat(invoke("echo").join().text()).isEqualTo("hello");
        assertThatThrownBy(() -> invoke("broken").join())
                .hasCauseInstanceOf(AgentFailedException.class)
                .hasMessageContaining("on purpose");
        // An observer is told before whoever asked.
        synchronized (outcomes) {
            assertThat(outcomes).hasSize(2);
        }
    }

    @Test
    void whatIsRefusedAtOnceIsToldByTheResult() {
        assertThatThrownBy(() -> invoke("nobody").join()).hasCauseInstanceOf(NotFoundException.class);
        CompletionStage<AgentReply> reply = agents.dispatcher.invokeAsync(
                Caller.of("acme", "ada", Set.of()),
                AgentRequest.to("echo").text("hello").build());
        assertThatThrownBy(() -> reply.toCompletableFuture().join()).hasCauseInstanceOf(ForbiddenException.class);
    }

    /** This one thread has them all under way; three have an agent's thread, and the others none at all. */
    @Test
    void aHundredCallsThatWaitHoldNoThread() {
        List<CompletableFuture<AgentReply>> replies = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            replies.add(invoke("held"));
        }
        await().until(() -> agents.hosted("held").leases().active() == 3);
        assertThat(agents.dispatcher.stats().waiting()).isEqualTo(97);
        assertThat(replies).noneMatch(CompletableFuture::isDone);
        letGo.countDown();
        assertThat(replies).allMatch(reply -> reply.join().text().equals("let go"));
    }

    @Test
    void theDeadlineAnswersWhateverTheAgentDoes() {
        CompletableFuture<AgentReply> longer = invoke(within("held", 60_000));
        CompletableFuture<AgentReply> stubborn = invoke(within("stubborn", 50));
        CompletableFuture<AgentReply> later = invoke(within("stubborn", 200));
        assertThatThrownBy(stubborn::join)
                .hasCauseInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("copilot.invoke.timeout");
        assertThatThrownBy(later::join).hasCauseInstanceOf(DeadlineExceededException.class);
        assertThat(longer).isNotDone();
        letGo.countDown();
        assertThat(longer.join().text()).isEqualTo("let go");
    }

    @Test
    void aCallThatStillWaitsForItsTurnIsAnsweredAtItsDeadline() {
        for (int i = 0; i < 3; i++) {
            invoke("held");
        }
        await().until(() -> agents.hosted("held").leases().active() == 3);
        assertThatThrownBy(() -> invoke(within("echo", 50)).join()).hasCauseInstanceOf(DeadlineExceededException.class);
        assertThat(agents.dispatcher.stats().waiting()).isZero();
    }

    @Test
    void aCommitThatHangsIsToldToBeInDoubt() {
        storage.hang = true;
        CompletableFuture<AgentReply> reply = invoke(AgentRequest.to("echo")
                .text("hello")
                .session("s")
                .timeout(Duration.ofMillis(200))
                .build());
        assertThatThrownBy(reply::join)
                .hasCauseInstanceOf(UnavailableException.class)
                .hasMessageContaining("not known");
        storage.hang = false;
    }

    @Test
    void closingAnswersThem() {
        CompletableFuture<AgentReply> reply = invoke("held");
        agents.dispatcher.close();
        assertThatThrownBy(reply::join)
                .hasCauseInstanceOf(UnavailableException.class)
                .hasMessageContaining("closing");
        assertThatThrownBy(() -> invoke("echo").join()).hasCauseInstanceOf(UnavailableException.class);
    }

    @Test
    void whatDependsOnAReplyAndThrowsHarmsNobody() {
        CompletableFuture<Object> dependent = invoke("held").thenApply(reply -> {
            throw new IllegalStateException("of the application");
        });
        letGo.countDown();
        assertThatThrownBy(dependent::join).hasMessageContaining("of the application");
        assertThat(invoke("echo").join().text()).isEqualTo("hello");
    }
}
