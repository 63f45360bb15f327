package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.run.Run;
import org.junit.jupiter.api.AfterEach;

/** Two agents: {@code echo} says what it is told, {@code held} waits until it is let go. Nothing of a call is left in the end. */
abstract class WithAgents {
    final HostedAgents.Setup setup = new HostedAgents.Setup();
    final CountDownLatch letGo = new CountDownLatch(1);
    HostedAgents agents = started();

    private HostedAgents started() {
        return new HostedAgents(setup)
                .with("echo", (request, context) -> AgentReply.text(request.text()))
                .with("held", (request, context) -> {
                    letGo.await();
                    return AgentReply.text("let go");
                });
    }

    final void again() {
        agents.close();
        agents = started();
    }

    @AfterEach
    void nothingIsLeft() {
        letGo.countDown();
        await().until(() ->
                agents.dispatcher.held() == 0 && agents.dispatcher.stats().inFlight() == 0);
        assertThat(agents.dispatcher.stats().waiting()).isZero();
        agents.close();
    }

    final Run submit(String agent) {
        return agents.client().submit(AgentRequest.to(agent).text("go").build());
    }
}
