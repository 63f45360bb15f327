package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Once an agent is out of the directory and its calls have ended, nothing here keeps it in memory. */
class NothingIsPinnedTest {
    private static final class Boom extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Object holder;

        Boom(Object holder) {
            super("boom");
            this.holder = holder;
        }

        @Override
        public String toString() {
            return "Boom of " + holder;
        }
    }

    private static final class Stateful implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
            switch (request.text()) {
                case "throw" -> throw new Boom(this);
                case "sleep" -> Endless.work();
                case "emit" -> context.emit(new Event.Text("piece"));
                case "child" ->
                    context.agents()
                            .submit(AgentRequest.to("stateful").text("throw").build());
                default -> {}
            }
            return AgentReply.text("done");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAgentThatIsGoneIsCollected(boolean noVirtualThreads) {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.noVirtualThreads = noVirtualThreads;
        try (HostedAgents agents = new HostedAgents(setup)) {
            List<Run> kept = new ArrayList<>();
            WeakReference<Agent> gone = used(agents, kept);

            agents.with("stateful", (request, context) -> AgentReply.text("successor"));
            agents.workers.renew();

            await().until(() -> {
                System.gc();
                return gone.get() == null;
            });
            kept.forEach(Run::state);
        }
    }

    @Test
    void twoDispatchersInOneProcessDoNotDisturbEachOther() {
        try (HostedAgents one = new HostedAgents();
                HostedAgents other = new HostedAgents()) {
            one.with("a", (request, context) -> AgentReply.text("one"));
            other.with("a", (request, context) -> one.client().invoke("a", "go"));
            org.assertj.core.api.Assertions.assertThat(
                            other.client().invoke("a", "go").text())
                    .isEqualTo("one");
        }
    }

    private static WeakReference<Agent> used(HostedAgents agents, List<Run> kept) {
        Agent agent = new Stateful();
        agents.hosted("stateful", Execution.BLOCKING, agent);
        for (String text : List.of("throw", "sleep", "emit", "child", "plain")) {
            AgentRequest request = AgentRequest.to("stateful")
                    .text(text)
                    .timeout(Duration.ofMillis(text.equals("sleep") ? 30 : 10_000))
                    .build();
            Run run = agents.client().submit(request);
            kept.add(run);
            if (text.equals("throw") || text.equals("sleep")) {
                assertThatThrownBy(() -> agents.client().invoke(request)).isInstanceOf(CopilotException.class);
            } else {
                agents.client().onCallerThread().invoke(request);
            }
            await().until(() -> run.state().terminal());
        }
        await().until(() -> agents.dispatcher.held() == 0);
        return new WeakReference<>(agent);
    }
}
