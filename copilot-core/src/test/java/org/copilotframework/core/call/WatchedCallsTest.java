package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.spi.invocation.Invocation;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.invocation.Outcome;
import org.junit.jupiter.api.Test;

/** The application's own rooms, and those who only watch. */
class WatchedCallsTest extends WithAgents {
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

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
