package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.invocation.Invocation;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.invocation.Outcome;
import org.copilotframework.core.agent.WaitingRoom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each room lets in, keeps and refuses. */
class RoomsTest {
    private final HostedAgents.Setup setup = new HostedAgents.Setup();
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch letGo = new CountDownLatch(1);
    private HostedAgents agents = started();

    private HostedAgents started() {
        return new HostedAgents(setup)
                .with("echo", (request, context) -> AgentReply.text(request.text()))
                .with("held", (request, context) -> {
                    letGo.await();
                    return AgentReply.text("let go");
                });
    }

    private void again() {
        agents.close();
        agents = started();
    }

    @AfterEach
    void nothingIsLeft() {
        letGo.countDown();
        await().until(() -> agents.dispatcher.held() == 0);
        assertThat(agents.dispatcher.stats().inFlight()).isZero();
        assertThat(agents.dispatcher.stats().waiting()).isZero();
        agents.close();
    }

    @Test
    void anUnknownAgentIsNotFoundAndNearNamesAreTold() {
        assertThatThrownBy(() -> agents.client().invoke("ecko", "hello"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("did you mean echo");
        assertThatThrownBy(() -> agents.client()
                        .submit(AgentRequest.to("ecko").text("hello").build()))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void whoMayNotCallLearnsNothingOfWhatThereIs() {
        var nobody = agents.dispatcher.forCaller(Caller.of("acme", "eve", Set.of()));

        assertThatThrownBy(() -> nobody.invoke("echo", "hello")).isInstanceOf(ForbiddenException.class);
        assertThatThrownBy(() -> nobody.invoke("unknown", "hello")).isInstanceOf(ForbiddenException.class);
    }

    @Test
    void anAuthorizerThatThrowsRefuses() {
        setup.authorizer = (caller, agent) -> {
            throw new IllegalStateException("directory is down");
        };
        again();

        assertThatThrownBy(() -> agents.client().invoke("echo", "hello"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("directory is down");
    }

    @Test
    void aMessageTooLargeOrATimeTooLongIsRefusedByName() {
        AgentRequest large = AgentRequest.to("echo").text("x".repeat(10 << 20)).build();
        AgentRequest longest = AgentRequest.to("echo")
                .text("x")
                .timeout(Duration.ofDays(400_000))
                .build();

        assertThatThrownBy(() -> agents.client().invoke(large))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.invoke.message-bytes");
        assertThatThrownBy(() -> agents.client().invoke(longest))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.invoke.max-timeout");
    }

    @Test
    void interceptorsAreEnteredInOrderAndLeftInReverse() {
        for (String name : List.of("first", "second")) {
            setup.interceptors.add(invocation -> {
                seen.add("in " + name);
                return outcome -> seen.add("out " + name + " " + outcome.state());
            });
        }
        setup.interceptors.add(invocation -> null);
        again();

        agents.client().invoke("echo", "hello");

        assertThat(seen).containsExactly("in first", "in second", "out second COMPLETED", "out first COMPLETED");
    }

    @Test
    void anInterceptorRefusesWithItsOwnErrorOrByAFault() {
        setup.interceptors.add(invocation -> outcome -> {
            seen.add("left " + outcome.state());
            throw new IllegalStateException("dropped");
        });
        setup.interceptors.add(invocation -> {
            if (invocation.request().text().equals("quota")) {
                throw new QuotaExceededException("monthly quota");
            }
            throw new AssertionError("bug");
        });
        again();

        assertThatThrownBy(() -> agents.client().invoke("echo", "quota"))
                .isInstanceOf(QuotaExceededException.class)
                .hasMessage("monthly quota");
        assertThatThrownBy(() -> agents.client().invoke("echo", "bug"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("bug");
        assertThat(seen).containsExactly("left REJECTED", "left REJECTED");
    }

    @Test
    void observersSeeRefusalsLikeSuccessesAndTheirFaultsAreDropped() {
        setup.observers.add(new Faulty());
        setup.observers.add(new Recorder());
        setup.observers.add(invocation -> null);
        again();

        agents.client().invoke("echo", "hello");
        assertThatThrownBy(() -> agents.client().invoke("unknown", "hello")).isInstanceOf(NotFoundException.class);

        assertThat(seen)
                .containsExactly(
                        "started echo",
                        "open true",
                        "close true",
                        "COMPLETED",
                        "started unknown",
                        "REJECTED NOT_FOUND");
    }

    @Test
    void anObserverThatBlocksAtADeadlineHoldsNoOtherDeadlineUp() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        setup.observers.add(invocation -> new InvocationObserver.Observation() {
            @Override
            public void ended(Outcome outcome) {
                if (invocation.request().text().equals("blocks")) {
                    blocked.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                }
            }
        });
        again();
        agents.client()
                .submit(AgentRequest.to("held")
                        .text("blocks")
                        .timeout(Duration.ofMillis(20))
                        .build());
        blocked.await();

        Run other = agents.client()
                .submit(AgentRequest.to("held")
                        .text("go")
                        .timeout(Duration.ofMillis(20))
                        .build());

        assertThatThrownBy(() -> other.reply().toCompletableFuture().join())
                .hasCauseInstanceOf(DeadlineExceededException.class);
        goOn.countDown();
    }

    @Test
    void aFullBulkheadKeepsABoundedNumberAndRefusesTheRest() {
        setup.limits = HostedAgents.limits(limits -> {
            limits.agentConcurrency = 1;
            limits.concurrency = 2;
            limits.queue = 1;
        });
        again();
        Run first = submit("held");
        Run second = submit("held");
        await().until(() -> agents.dispatcher.stats().waiting() == 1);

        assertThatThrownBy(() -> agents.client().invoke("held", "go"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("copilot.invoke.agent-concurrency")
                .hasMessageContaining("copilot.invoke.queue");
        assertThat(agents.client().invoke("echo", "another agent").text()).isEqualTo("another agent");
        assertThat(second.state()).isEqualTo(RunState.SUBMITTED);

        letGo.countDown();
        assertThat(first.reply().toCompletableFuture().join().text()).isEqualTo("let go");
        assertThat(second.reply().toCompletableFuture().join().text()).isEqualTo("let go");
    }

    @Test
    void waitingCallsThatAreCancelledOrLateLeaveTheQueue() {
        setup.limits = HostedAgents.limits(limits -> {
            limits.concurrency = 1;
            limits.queue = 1;
        });
        again();
        Run first = submit("held");

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("echo")
                                .text("late")
                                .timeout(Duration.ofMillis(30))
                                .build()))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(agents.dispatcher.stats().waiting()).isZero();
        Run cancelled = submit("echo");
        assertThat(agents.dispatcher.stats().waiting()).isOne();
        cancelled.cancel("changed my mind");
        assertThat(agents.dispatcher.stats().waiting()).isZero();
        Run third = submit("echo");

        letGo.countDown();
        assertThat(first.reply().toCompletableFuture().join().text()).isEqualTo("let go");
        assertThat(third.reply().toCompletableFuture().join().text()).isEqualTo("go");
    }

    @Test
    void onTheCallersThreadACallWaitsForItsPermitUpToTheDeadline() {
        setup.limits = HostedAgents.limits(limits -> limits.concurrency = 1);
        again();
        submit("held");
        AgentRequest late = AgentRequest.to("echo")
                .text("late")
                .timeout(Duration.ofMillis(30))
                .build();
        assertThatThrownBy(() -> agents.client().onCallerThread().invoke(late))
                .isInstanceOf(DeadlineExceededException.class);

        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(
                () -> agents.client().onCallerThread().invoke("echo", "patient").text());
        await().until(() -> agents.dispatcher.stats().waiting() == 1);
        letGo.countDown();

        assertThat(waiting.join()).isEqualTo("patient");
    }

    @Test
    void callsWaitWhileAPluginIsExchangedAndGoOnWithItsSuccessor() {
        WaitingRoom room = new WaitingRoom(1);
        agents.exchange("echo", room);
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(
                () -> agents.client().invoke("echo", "hello").text());
        await().until(() -> agents.dispatcher.stats().waiting() == 1);

        assertThatThrownBy(() -> agents.client().invoke("echo", "one too many"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("exchanged");
        agents.with("echo", (request, context) -> AgentReply.text("successor"));
        room.open();

        assertThat(waiting.join()).isEqualTo("successor");
    }

    @Test
    void aCallThatGivesUpWhileAPluginIsExchangedIsGone() {
        WaitingRoom room = new WaitingRoom(10);
        agents.exchange("echo", room);

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("echo")
                                .text("late")
                                .timeout(Duration.ofMillis(30))
                                .build()))
                .isInstanceOf(DeadlineExceededException.class);
        agents.with("echo", (request, context) -> AgentReply.text("successor"));
        room.open();

        assertThat(agents.dispatcher.stats().inFlight()).isZero();
    }

    @Test
    void aClosedGenerationWithoutSuccessorIsUnavailable() {
        agents.hosted("echo").leases().close();

        assertThatThrownBy(() -> agents.client().invoke("echo", "hello"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("unloaded");
    }

    @Test
    void withoutAThreadAndAPlaceInItsQueueACallIsRefused() {
        setup.workers = new WorkerLimits(1, 1, 1, 1);
        setup.noVirtualThreads = true;
        again();
        submit("held");
        submit("held");

        assertThatThrownBy(() -> agents.client().invoke("echo", "hello"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("copilot.workers.queue");
        assertThatThrownBy(() ->
                        agents.client().submit(AgentRequest.to("echo").text("x").build()))
                .isInstanceOf(UnavailableException.class);
    }

    @Test
    void wrongLimitsAreRefusedByName() {
        assertThatThrownBy(() -> HostedAgents.limits(limits -> limits.queue = -1))
                .hasMessageContaining("copilot.invoke.queue");
        assertThatThrownBy(() -> HostedAgents.limits(limits -> limits.timeout = Duration.ZERO))
                .hasMessageContaining("copilot.invoke.timeout");
        assertThatThrownBy(() -> HostedAgents.limits(limits -> limits.maxTimeout = Duration.ofSeconds(1)))
                .hasMessageContaining("copilot.invoke.max-timeout");
        assertThatThrownBy(() -> new WorkerLimits(0, 0, 1, 1)).hasMessageContaining("copilot.workers.threads");
    }

    private Run submit(String agent) {
        return agents.client().submit(AgentRequest.to(agent).text("go").build());
    }

    private final class Recorder implements InvocationObserver {
        @Override
        public Observation started(Invocation invocation) {
            seen.add("started " + invocation.request().agent());
            Thread caller = Thread.currentThread();
            return new Observation() {
                @Override
                public Scope open() {
                    Thread agent = Thread.currentThread();
                    seen.add("open " + (agent != caller));
                    return () -> seen.add("close " + (Thread.currentThread() == agent));
                }

                @Override
                public void ended(Outcome outcome) {
                    seen.add(outcome.state()
                            + (outcome.error() == null
                                    ? ""
                                    : " " + outcome.error().code()));
                }
            };
        }
    }

    private static final class Faulty implements InvocationObserver {
        @Override
        public Observation started(Invocation invocation) {
            if (invocation.request().agent().equals("unknown")) {
                throw new IllegalStateException("started");
            }
            return new Observation() {
                @Override
                public Scope open() {
                    return () -> {
                        throw new IllegalStateException("close");
                    };
                }

                @Override
                public void ended(Outcome outcome) {
                    throw new AssertionError("ended");
                }
            };
        }
    }
}
