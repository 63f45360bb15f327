package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
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
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.Test;

/** What each room refuses, and in which words. */
class RoomsTest extends WithAgents {
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
    void whoeverAsksAnAuthorizerThatHangsIsAnsweredOnceItHasDecided() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch decided = new CountDownLatch(1);
        setup.authorizer = (caller, agent) -> {
            asked.countDown();
            await().until(() -> decided.getCount() == 0);
            return true;
        };
        again();
        AgentRequest hasty = AgentRequest.to("echo")
                .text("hello")
                .timeout(Duration.ofMillis(1))
                .build();
        CompletableFuture<AgentReply> told =
                CompletableFuture.supplyAsync(() -> agents.client().invoke(hasty));
        await().until(() -> asked.getCount() == 0);
        assertThat(told).isNotDone();

        decided.countDown();

        assertThatThrownBy(told::join).hasCauseInstanceOf(DeadlineExceededException.class);
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
    void aClosedGenerationWithoutSuccessorIsUnavailable() {
        agents.hosted("echo").leases().close();

        assertThatThrownBy(() -> agents.client().invoke("echo", "hello"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("unloaded");
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
}
