package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process that is there for its own runs, and leaves those of others alone. */
class OwnRunsTest {
    private static final TenantId ACME = Processes.ACME;
    private static final RunId STRANGER = new RunId("stranger");

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void itGoesOnWithWhatItHasSubmittedAndTakesNoOther() {
        processes.submitted(STRANGER.value(), "later");
        HostedAgents agents = own().with("later", (request, context) -> switch (context.activation()) {
            case 1 -> AgentReply.resumeAt(Instant.now(), "in a moment");
            case 2 -> AgentReply.inputRequired("?");
            default -> AgentReply.text("done with " + request.text());
        });

        Run run = agents.client().submit(AgentRequest.to("later").text("go").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        run.input(Message.user("it"));

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("done with it");
        assertThat(processes.head(STRANGER).fence()).isEqualTo(1);
    }

    @Test
    void itTakesOverARunThatItWasAskedForOnceItsLeaseIsNotKept() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("works", (request, context) -> {
            begun.countDown();
            Endless.work();
            return AgentReply.text("never");
        });
        Run run = first.client().submit(AgentRequest.to("works").text("go").build());
        begun.await();
        HostedAgents own = own().with("works", (request, context) -> AgentReply.text("by its own"));
        Run there = own.dispatcher.run(ACME, run.id()).orElseThrow();
        await().until(() -> processes
                .head(run.id())
                .due()
                .isAfter(processes.head(run.id()).changed().plusSeconds(4)));
        assertThat(processes.head(run.id()).fence()).isEqualTo(1);

        processes.storage.cutOff(first);

        assertThat(there.reply().toCompletableFuture().join().text()).isEqualTo("by its own");
    }

    private HostedAgents own() {
        HostedAgents.Setup setup = Processes.setup(Duration.ofSeconds(1));
        setup.onlyOwnRuns = true;
        return processes.one(setup);
    }
}
