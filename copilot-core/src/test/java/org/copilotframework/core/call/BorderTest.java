package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What an agent throws reaches the caller as words, whatever it is. */
class BorderTest {
    private final HostedAgents agents = new HostedAgents();
    private Throwable toThrow = new IllegalStateException("not set");

    BorderTest() {
        agents.with("thrower", (request, context) -> {
            throw BorderTest.<RuntimeException>sneaky(toThrow);
        });
    }

    @AfterEach
    void nothingIsLeft() {
        await().until(() -> agents.dispatcher.held() == 0);
        agents.close();
    }

    @Test
    void anExceptionBecomesItsClassAndMessage() {
        toThrow = new IllegalArgumentException("no such colour", new RuntimeException("cause"));

        for (Client client : new Client[] {agents.client(), agents.client().onCallerThread()}) {
            AgentFailedException failed =
                    catchThrowableOfType(AgentFailedException.class, () -> client.invoke("thrower", "go"));
            assertThat(failed).hasMessage("java.lang.IllegalArgumentException: no such colour");
            assertThat(failed.getCause()).isNull();
            assertThat(failed.agent()).isEqualTo("thrower");
            assertThat(failed.runId()).isPresent();
        }
    }

    @Test
    void errorsAreCaughtToo() {
        for (Throwable error : new Throwable[] {
            new StackOverflowError(),
            new OutOfMemoryError("made up"),
            new NoClassDefFoundError("a/B"),
            new Error("bare")
        }) {
            toThrow = error;
            assertThatThrownBy(() -> agents.client().invoke("thrower", "go"))
                    .isInstanceOf(AgentFailedException.class)
                    .hasMessageStartingWith(error.getClass().getName());
        }
    }

    @Test
    void whatAnAgentPutsIntoTheMdcIsInNoLaterLineOfItsThread() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.workers = new WorkerLimits(1, 10, 1, 10);
        try (HostedAgents one = new HostedAgents(setup)) {
            one.with("logs", Execution.CPU, (request, context) -> {
                String before = Thread.currentThread().getName() + " " + MDC.get("tenant") + " " + MDC.get("host");
                MDC.put("tenant", "acme");
                MDC.put("host", "changed");
                return AgentReply.text(before);
            });
            String first = one.client().invoke("logs", "go").text();
            assertThat(first).endsWith(" null null");
            assertThat(one.client().invoke("logs", "go").text()).isEqualTo(first);

            MDC.put("host", "ours");
            assertThat(one.client().onCallerThread().invoke("logs", "go").text())
                    .isEqualTo(Thread.currentThread().getName() + " null ours");
            assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("host", "ours"));
            MDC.clear();
            one.client().onCallerThread().invoke("logs", "go");
            assertThat(MDC.get("tenant")).isNull();
        } finally {
            MDC.clear();
        }
    }

    @Test
    void anExceptionWhoseMethodsThrowIsSurvived() {
        toThrow = new RuntimeException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("hostile");
            }

            @Override
            public synchronized Throwable getCause() {
                throw new Error("hostile");
            }
        };

        assertThatThrownBy(() -> agents.client().invoke("thrower", "go"))
                .isInstanceOf(AgentFailedException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void anErrorOfTheTreeKeepsItsKindAndWordsAndNothingElse() {
        for (CopilotException error : new CopilotException[] {
            new InvalidRequestException("a"),
            InvalidRequestException.at("/x", "b"),
            new UnauthenticatedException("c"),
            new ForbiddenException("d"),
            new NotFoundException("e"),
            new ConflictException("f"),
            new QuotaExceededException("g"),
            new QuotaExceededException("h", Duration.ofSeconds(3)),
            new DeadlineExceededException("i"),
            new CanceledException("j"),
            new UnavailableException("k", Duration.ofSeconds(4), new RuntimeException("cause")),
            new AgentFailedException("other", "r1", "l")
        }) {
            toThrow = error;
            CopilotException told = catchThrowableOfType(
                    CopilotException.class, () -> agents.client().invoke("thrower", "go"));
            assertThat(told).isNotSameAs(error).hasSameClassAs(error).hasMessage(error.getMessage());
            assertThat(told.retryAfter()).isEqualTo(error.retryAfter());
            assertThat(told.getCause()).isNull();
            if (error instanceof InvalidRequestException invalid) {
                assertThat(((InvalidRequestException) told).pointer()).isEqualTo(invalid.pointer());
            }
            if (error instanceof AgentFailedException failed) {
                assertThat(((AgentFailedException) told).runId()).isEqualTo(failed.runId());
            }
        }
    }

    @Test
    void nullIsNoReply() {
        agents.with("null", (request, context) -> null);

        assertThatThrownBy(() -> agents.client().invoke("null", "go"))
                .isInstanceOf(AgentFailedException.class)
                .hasMessage("handle() returned null");
    }

    @Test
    void aReplyTooLargeIsRefused() {
        try (HostedAgents small = new HostedAgents(limited())) {
            small.with("large", (request, context) -> AgentReply.data(Map.of("text", "x".repeat(200))));

            assertThatThrownBy(() -> small.client().invoke("large", "go"))
                    .isInstanceOf(AgentFailedException.class)
                    .hasMessageContaining("copilot.invoke.message-bytes");
        }
    }

    @Test
    void anInterruptOfTheAgentsOwnIsItsFailure() {
        toThrow = new InterruptedException("mine");

        assertThatThrownBy(() -> agents.client().invoke("thrower", "go")).isInstanceOf(AgentFailedException.class);
    }

    @Test
    void anInterruptOnTheCallersThreadIsTheCallers() {
        agents.with("waits", (request, context) -> {
            Thread.currentThread().interrupt();
            Thread.sleep(10_000);
            return AgentReply.text("never");
        });

        assertThatThrownBy(() -> agents.client().onCallerThread().invoke("waits", "go"))
                .isInstanceOf(CanceledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void theThreadIsGivenBackAsItWas() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader other = new ClassLoader(before) {};
        agents.with("changes", (request, context) -> {
            assertThat(Thread.currentThread().getContextClassLoader())
                    .isSameAs(agents.hosted("changes").loader());
            Thread.currentThread().setContextClassLoader(other);
            return AgentReply.text("done");
        });

        agents.client().onCallerThread().invoke("changes", "go");

        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
        assertThat(Optional.of(Thread.interrupted())).contains(false);
    }

    private static HostedAgents.Setup limited() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.limits = HostedAgents.limits(limits -> limits.messageBytes = 100);
        return setup;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
