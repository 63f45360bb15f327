package org.copilotframework.example.assistant;

import static org.copilotframework.testkit.CopilotAssertions.assertThat;

import java.util.Map;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.Run;
import org.copilotframework.testkit.CopilotExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChatTest {
    private static final ScriptedEndpoint endpoint = new ScriptedEndpoint();

    @RegisterExtension
    static final CopilotExtension copilot = Bed.at(endpoint)
            .setting("copilot.plugin.assistant.instructions", "Be brief.")
            .setting("copilot.plugin.assistant.history-turns", "2")
            .setting("copilot.plugin.assistant.max-tokens", "100")
            .setting("copilot.plugin.assistant.temperature", "0.5")
            .build();

    @BeforeEach
    void forget() {
        endpoint.forget();
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    @Test
    void whatTheModelSaysIsStreamedAndIsTheReply() throws Exception {
        endpoint.says("Good ", "mor", "ning ☀");

        Run run =
                copilot.client().submit(AgentRequest.to("assistant").text("hi").build());

        assertThat(Bed.reply(run).text()).isEqualTo("Good morning ☀");
        assertThat(Bed.events(run))
                .contains(new Event.Text("Good "), new Event.Text("mor"), new Event.Text("ning ☀"))
                .contains(new Event.Custom(
                        "usage", Data.of(Map.of("model", "scripted", "inputTokens", 11, "outputTokens", 7))));
        assertThat(endpoint.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.messages()).containsExactly("system: Be brief.", "user: hi");
            assertThat(asked.authorization()).isEqualTo("Bearer " + Bed.KEY);
            assertThat(asked.body().get("model").asText()).isEqualTo("scripted");
            assertThat(asked.body().get("max_tokens").asInt()).isEqualTo(100);
            assertThat(asked.body().get("temperature").asDouble()).isEqualTo(0.5);
        });
    }

    @Test
    void theSessionIsRememberedUpToTheTurnsThatAreSet() {
        for (int i = 1; i <= 4; i++) {
            endpoint.says("answer " + i);
            copilot.client()
                    .invoke(AgentRequest.to("assistant")
                            .text("question " + i)
                            .session("s")
                            .build());
        }

        assertThat(endpoint.last().messages())
                .containsExactly(
                        "system: Be brief.",
                        "user: question 2",
                        "assistant: answer 2",
                        "user: question 3",
                        "assistant: answer 3",
                        "user: question 4");
    }

    @Test
    void sessionsAndTenantsKnowNothingOfEachOther() {
        endpoint.says("one").says("two").says("three");
        copilot.client()
                .invoke(AgentRequest.to("assistant").text("a").session("s1").build());
        copilot.client()
                .invoke(AgentRequest.to("assistant").text("b").session("s2").build());
        copilot.orchestrator()
                .forCaller(org.copilotframework.api.caller.Caller.of("other", "tester"))
                .invoke(AgentRequest.to("assistant").text("c").session("s1").build());

        assertThat(endpoint.asked())
                .allSatisfy(asked -> assertThat(asked.messages()).hasSize(2));
    }

    @Test
    void dataIsSaidToTheModelAsJson() {
        endpoint.says("I see");
        copilot.client()
                .invoke(AgentRequest.to("assistant")
                        .text("look")
                        .data(Map.of("x", 1))
                        .build());

        assertThat(endpoint.last().messages()).endsWith("user: look\n{\"x\":1}");
    }

    @Test
    void anAnswerThatIsCutSaysSo() {
        endpoint.then(exchange -> {
            var out = ScriptedEndpoint.begin(exchange);
            ScriptedEndpoint.send(out, ScriptedEndpoint.chunk(Map.of("content", "once upon"), null));
            ScriptedEndpoint.end(out, "length");
        });

        AgentReply reply = copilot.client().invoke("assistant", "a long story");

        assertThat(reply.text()).startsWith("once upon\n\n[").contains("copilot.plugin.assistant.max-tokens");
    }
}
