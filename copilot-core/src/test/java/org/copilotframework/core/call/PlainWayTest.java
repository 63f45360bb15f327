package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlainWayTest {
    private final HostedAgents agents = new HostedAgents()
            .with("echo", (request, context) -> AgentReply.text(request.text()))
            .with(
                    "data",
                    (request, context) ->
                            AgentReply.data(request.message().data().orElseThrow()));

    @AfterEach
    void nothingIsLeft() {
        await().until(() -> agents.dispatcher.held() == 0
                && agents.dispatcher.stats().inFlight() == 0
                && agents.hosted("echo").leases().active() == 0);
        agents.close();
    }

    @Test
    void anAgentAnswersOnAThreadOfItsOwn() {
        Thread here = Thread.currentThread();
        agents.with(
                "where", (request, context) -> AgentReply.text(Thread.currentThread() == here ? "here" : "elsewhere"));

        assertThat(agents.client().invoke("where", "?").text()).isEqualTo("elsewhere");
        assertThat(agents.client().onCallerThread().invoke("where", "?").text()).isEqualTo("here");
        assertThat(agents.client().invoke("echo", "hello").text()).isEqualTo("hello");
    }

    @Test
    void objectsGoInAndOut() {
        Map<?, ?> reply = agents.client().invoke("data", Map.of("a", 1L), Map.class);

        assertThat(reply).isEqualTo(Map.of("a", 1L));
        assertThat(agents.client().invoke("data", Data.of("text"), Data.class)).isEqualTo(Data.of("text"));
    }

    @Test
    void aSubmittedRunTellsItsReplyAndIsFoundByItsId() {
        Run run = agents.client().submit(AgentRequest.to("echo").text("later").build());

        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("later");
        assertThat(run.state()).isEqualTo(RunState.COMPLETED);
        assertThat(agents.dispatcher.run(new org.copilotframework.api.caller.TenantId("acme"), run.id()))
                .containsSame(run);
        assertThat(agents.dispatcher.run(new org.copilotframework.api.caller.TenantId("other"), run.id()))
                .isEmpty();
    }

    @Test
    void aSessionRemembers() {
        agents.with("count", (request, context) -> {
            var session = context.session().orElseThrow();
            long next = session.get("n").map(n -> (Long) n.value()).orElse(0L) + 1;
            session.put("n", next);
            return AgentReply.text(next + " of " + session.history(10).size());
        });
        AgentRequest request = AgentRequest.to("count").text("go").session("s").build();

        assertThat(agents.client().invoke(request).text()).isEqualTo("1 of 0");
        assertThat(agents.client().onCallerThread().invoke(request).text()).isEqualTo("2 of 1");
    }
}
