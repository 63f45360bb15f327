package org.copilotframework.example.assistant;

import static org.copilotframework.testkit.CopilotAssertions.assertThat;
import static org.copilotframework.testkit.CopilotAssertions.assertThatThrownBy;

import java.util.Set;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.Run;
import org.copilotframework.testkit.CopilotExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ToolsTest {
    private static final ScriptedEndpoint endpoint = new ScriptedEndpoint();
    private static final Bed.Mail mail = new Bed.Mail("office.mail");

    @RegisterExtension
    static final CopilotExtension copilot = Bed.at(endpoint)
            .agent(new Bed.Weather())
            .agent(mail)
            .agent(new Bed.Mail("hidden"))
            .agent(new Bed.Asks())
            .agent(new Bed.Sizes())
            .setting("copilot.plugin.assistant.tools", "weather,office.*,asks,sizes,assistant")
            .setting("copilot.plugin.assistant.max-rounds", "3")
            .build();

    @BeforeEach
    void forget() {
        endpoint.forget();
        mail.sent.clear();
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    @Test
    void theModelIsOfferedTheAgentsThatTheSettingsAndTheCallerAllow() {
        endpoint.says("ok").says("ok");
        copilot.client().invoke("assistant", "hi");

        assertThat(endpoint.last().tools()).containsExactly("asks", "office-mail", "sizes", "weather");

        copilot.orchestrator()
                .forCaller(Caller.of("test", "guest", Set.of("agents:invoke:assistant", "agents:invoke:weather")))
                .invoke("assistant", "hi");

        assertThat(endpoint.last().tools()).containsExactly("weather");
    }

    @Test
    void aTypedAgentIsShownWithItsWholeSchemaAndAnotherTakesText() {
        endpoint.says("ok");
        copilot.client().invoke("assistant", "hi");

        var weather = endpoint.last().tool("weather");
        assertThat(weather.get("description").asText()).isEqualTo("Tells the weather of a place.");
        assertThat(weather.at("/parameters/type").asText()).isEqualTo("object");
        assertThat(weather.at("/parameters/required").toString()).isEqualTo("[\"town\",\"spot\"]");
        assertThat(weather.at("/parameters/properties/town/description").asText())
                .isEqualTo("the name of a town");
        assertThat(weather.at("/parameters/properties/days/default").asInt()).isEqualTo(1);
        assertThat(weather.at("/parameters/properties/spot/properties/latitude/type")
                        .asText())
                .isEqualTo("number");
        assertThat(endpoint.last()
                        .tool("office-mail")
                        .at("/parameters/properties")
                        .toString())
                .contains("text");
        assertThat(endpoint.last()
                        .tool("sizes")
                        .at("/parameters/properties/input/type")
                        .asText())
                .isEqualTo("array");
    }

    @Test
    void theModelsCallsReachTheAgentsAndTheirRepliesReachTheModel() throws Exception {
        endpoint.saysAndCalls(
                        "Let me look.",
                        "weather",
                        "{\"town\":\"Bonn\",\"days\":3,\"spot\":{\"latitude\":50.7,\"longitude\":7}}",
                        "office-mail",
                        "{\"text\":\"it rains\"}",
                        "sizes",
                        "{\"input\":[\"a\",\"bcd\"]}")
                .says("Take an umbrella.");

        Run run = copilot.client()
                .submit(AgentRequest.to("assistant").text("Bonn?").build());

        assertThat(Bed.reply(run).text()).isEqualTo("Let me look.\n\nTake an umbrella.");
        assertThat(Bed.deltas(run)).isEqualTo("Let me look.\n\nTake an umbrella.");
        assertThat(Bed.events(run)).contains(new Event.Progress("calls weather", null));
        assertThat(mail.sent).containsExactly("it rains");
        assertThat(endpoint.last().messages())
                .endsWith(
                        "user: Bonn?",
                        "assistant: Let me look.",
                        "tool: {\"sky\":\"rain in Bonn\",\"days\":3}",
                        "tool: sent as number 1",
                        "tool: [1,3]");
        var said = endpoint.last().body().get("messages");
        assertThat(said.at("/2/tool_calls/0/id").asText())
                .isEqualTo(said.at("/3/tool_call_id").asText());
        assertThat(said.at("/2/tool_calls/0/function/arguments").asText()).contains("\"latitude\":50.7");
    }

    @Test
    void whatGoesWrongInAToolIsToldToTheModelWhichMayTryAgain() {
        endpoint.calls(
                        "weather",
                        "{\"town\":7,\"spot\":{\"latitude\":1,\"longitude\":2}}",
                        "weather",
                        "not json",
                        "hidden",
                        "{\"text\":\"x\"}")
                .says("I could not.");

        AgentReply reply = copilot.client().invoke("assistant", "try");

        assertThat(reply.text()).isEqualTo("I could not.");
        var messages = endpoint.last().messages();
        assertThat(messages.get(3)).startsWith("tool: Error (invalid_request at /town): ");
        assertThat(messages.get(4)).isEqualTo("tool: Error: the arguments are not a JSON object");
        assertThat(messages.get(5))
                .isEqualTo("tool: Error: there is no tool 'hidden'; there are asks, office-mail, sizes, weather");
    }

    @Test
    void anAgentThatAsksSomethingItselfCannotBeAnsweredAndTheModelIsToldSo() {
        endpoint.calls("asks", "{\"text\":\"go\"}").says("It has a question.");

        copilot.client().invoke("assistant", "try");

        assertThat(endpoint.last().messages().get(3)).contains("which size?").contains("cannot be done from here");
    }

    @Test
    void aModelThatCallsToolsForEverIsStopped() {
        for (int i = 0; i < 3; i++) {
            endpoint.calls("office-mail", "{\"text\":\"again\"}");
        }

        assertThatThrownBy(() -> copilot.client().invoke("assistant", "go"))
                .isInstanceOf(QuotaExceededException.class)
                .hasMessageContaining("copilot.plugin.assistant.max-rounds");
        assertThat(mail.sent).hasSize(3);
    }
}
