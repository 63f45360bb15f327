package org.copilotframework.example.assistant;

import static org.awaitility.Awaitility.await;
import static org.copilotframework.testkit.CopilotAssertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.testkit.PluginUnderTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of the assistant that begin in one orchestrator and go on in another, with nothing between them but a file of SQLite. */
class RestartTest {
    private static final Caller CALLER = Caller.of("test", "tester");

    private final ScriptedEndpoint endpoint = new ScriptedEndpoint();

    @TempDir
    Path home;

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void anApprovalIsGivenAfterARestartAndNothingIsPaidOrDoneTwice() throws Exception {
        Bed.Mail log = new Bed.Mail("log");
        Bed.Mail mail = new Bed.Mail("mail");
        endpoint.calls("log", "{\"text\":\"writing\"}", "mail", "{\"text\":\"Dear Bob\"}")
                .says("Done.");
        RunId id;
        try (Orchestrator first = orchestrator("mail", log, mail)) {
            AgentReply asked = first.forCaller(CALLER)
                    .invoke(AgentRequest.to("assistant")
                            .text("write to Bob")
                            .session("s")
                            .build());
            assertThat(asked.state()).isEqualTo(RunState.INPUT_REQUIRED);
            id = asked.run().orElseThrow();
        }

        // What needs approval was settled when the model said it: other settings do not open a back door.
        try (Orchestrator second = orchestrator("", log, mail)) {
            Run run = second.runs().find(CALLER.tenant(), id).orElseThrow();
            assertThat(run.question().orElseThrow().text()).contains("Dear Bob");
            assertThat(mail.sent).isEmpty();
            run.input(Message.user("yes"));

            assertThat(Bed.reply(run).text()).isEqualTo("Done.");
        }
        assertThat(mail.sent).containsExactly("Dear Bob");
        assertThat(log.sent).hasSize(1);
        assertThat(endpoint.asked()).hasSize(2);
    }

    @Test
    void aToolThatWasAtWorkWhenTheProcessEndedIsNotCalledAgain() throws Exception {
        Slow slow = new Slow();
        endpoint.calls("slow", "{\"text\":\"pay\"}").says("Please look yourself.");
        RunId id;
        try (Orchestrator first = orchestrator("", slow)) {
            id = first.forCaller(CALLER)
                    .submit(AgentRequest.to("assistant").text("pay").build())
                    .id();
            slow.begun.await();
        }

        try (Orchestrator second = orchestrator("", slow)) {
            await().until(() -> endpoint.asked().size() == 2);
            Run run = second.runs().find(CALLER.tenant(), id).orElseThrow();

            assertThat(Bed.reply(run).text()).isEqualTo("Please look yourself.");
        }
        assertThat(slow.calls).isEqualTo(1);
        assertThat(endpoint.last().messages().get(3)).startsWith("tool: It is not known whether this call was made");
    }

    private Orchestrator orchestrator(String approval, Agent... agents) {
        var builder = Orchestrator.builder()
                .home(home)
                .setting("copilot.storage.url", "sqlite:" + home.resolve("copilot.db"))
                .bundled(PluginUnderTest.archive())
                .setting("copilot.plugins.drain-timeout", "100ms")
                .setting("copilot.runs.poll-interval", "50ms")
                .setting("copilot.plugin.assistant.base-url", endpoint.url())
                .setting("copilot.plugin.assistant.model", "scripted")
                .setting("copilot.plugin.assistant.approval", approval);
        for (Agent agent : agents) {
            builder.agent(agent);
        }
        return builder.start();
    }

    /** Works until it is interrupted. */
    @AgentInfo(name = "slow")
    private static final class Slow implements Agent {
        private final CountDownLatch begun = new CountDownLatch(1);
        private volatile int calls;

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws InterruptedException {
            calls++;
            begun.countDown();
            new CountDownLatch(1).await();
            return AgentReply.text("never");
        }
    }
}
