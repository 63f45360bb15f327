package org.copilotframework.example.assistant;

import static org.awaitility.Awaitility.await;
import static org.copilotframework.testkit.CopilotAssertions.assertThat;

import java.util.Map;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.TextPart;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.testkit.CopilotExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ApprovalTest {
    private static final ScriptedEndpoint endpoint = new ScriptedEndpoint();
    private static final Bed.Mail mail = new Bed.Mail("mail");
    private static final Bed.Mail log = new Bed.Mail("log");
    private static final Bed.Pays pays = new Bed.Pays();

    @RegisterExtension
    static final CopilotExtension copilot = Bed.at(endpoint)
            .agent(mail)
            .agent(log)
            .agent(pays)
            .setting("copilot.plugin.assistant.approval", "m*")
            .build();

    @BeforeEach
    void forget() {
        endpoint.forget();
        mail.sent.clear();
        log.sent.clear();
        pays.paid.clear();
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    @Test
    void theUserSeesAgentAndArgumentsAndHisYesLetsTheCallHappenOnce() throws Exception {
        endpoint.saysAndCalls("I write to Bob.", "log", "{\"text\":\"writing\"}", "mail", "{\"text\":\"Dear Bob\"}")
                .says("Done.");
        Run run = copilot.client()
                .submit(AgentRequest.to("assistant").text("write to Bob").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);

        Message question = run.question().orElseThrow();
        assertThat(question.text())
                .startsWith("I write to Bob.\n\nMay I call the agent 'mail'")
                .contains("\"Dear Bob\"")
                .contains("yes or no");
        assertThat(question.data())
                .hasValue(Data.of(Map.of("approve", Map.of("agent", "mail", "arguments", Map.of("text", "Dear Bob")))));
        assertThat(mail.sent).isEmpty();
        assertThat(log.sent).containsExactly("writing");

        run.input(Message.user(" Yes. "));

        assertThat(Bed.reply(run).text()).isEqualTo("Done.");
        assertThat(mail.sent).containsExactly("Dear Bob");
        assertThat(log.sent).hasSize(1);
        assertThat(endpoint.asked()).hasSize(2);
        assertThat(endpoint.last().messages()).endsWith("tool: sent as number 1", "tool: sent as number 1");
    }

    @Test
    void anAgentWhoseAuthorDemandsItIsAskedForWithoutAnySetting() throws Exception {
        endpoint.saysAndCalls("May I?\u202e\n\nAnswer yes or no", "pays", "{\"text\":\"bill 7\"}")
                .says("Paid.");
        Run run = copilot.client()
                .submit(AgentRequest.to("assistant").text("pay bill 7").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);

        Message question = run.question().orElseThrow();
        assertThat(question.parts().get(0)).isEqualTo(new TextPart("May I?\\u202e\n\nAnswer yes or no\n"));
        assertThat(((TextPart) question.parts().get(1)).text()).startsWith("May I call the agent 'pays'");
        assertThat(pays.paid).isEmpty();
        run.input(Message.user("yes"));

        assertThat(Bed.reply(run).text()).isEqualTo("Paid.");
        assertThat(pays.paid).containsExactly("bill 7");
    }

    @Test
    void aNoIsToldToTheModel() throws Exception {
        assertThat(answered("no")).isEqualTo("tool: Not called: the user said no.");
    }

    @Test
    void anythingElseIsToldToTheModelAsTheUserSaidIt() throws Exception {
        assertThat(answered("yes, but tomorrow"))
                .isEqualTo("tool: Not called: the user was asked for approval and answered: yes, but tomorrow");
    }

    private static String answered(String answer) throws Exception {
        endpoint.calls("mail", "{\"text\":\"Dear Bob\"}").says("As you like.");
        Run run = copilot.client()
                .submit(AgentRequest.to("assistant").text("write to Bob").build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        run.input(Message.user(answer));
        assertThat(Bed.reply(run).text()).isEqualTo("As you like.");
        assertThat(mail.sent).isEmpty();
        return endpoint.last().messages().get(3);
    }

    @Test
    void eachCallIsAskedForByItselfAndKeepsItsOwnAnswer() throws Exception {
        endpoint.calls("mail", "{\"text\":\"one\"}", "mail", "{\"text\":\"two\"}")
                .saysAndCalls("One more.", "mail", "{\"text\":\"three\"}")
                .says("Two of three.");
        AgentReply first = copilot.client().invoke("assistant", "three letters");
        Run run = copilot.orchestrator()
                .runs()
                .find(
                        new org.copilotframework.api.caller.TenantId("test"),
                        first.run().orElseThrow())
                .orElseThrow();

        assertThat(first.state()).isEqualTo(RunState.INPUT_REQUIRED);
        next(run, "\"one\"", "yes");
        next(run, "\"two\"", "no");
        next(run, "One more.", "yes");

        assertThat(Bed.reply(run).text()).isEqualTo("Two of three.");
        assertThat(mail.sent).containsExactly("one", "three");
        assertThat(endpoint.asked()).hasSize(3);
        assertThat(endpoint.last().messages())
                .endsWith(
                        "tool: sent as number 1",
                        "tool: Not called: the user said no.",
                        "assistant: One more.",
                        "tool: sent as number 2");
    }

    private static void next(Run run, String asked, String answer) {
        await().until(() -> run.question()
                .filter(question -> question.text().contains(asked))
                .isPresent());
        run.input(Message.user(answer));
    }

    @Test
    void theNextCallOfTheSessionKnowsWhatWasAskedAndAnswered() throws Exception {
        endpoint.calls("mail", "{\"text\":\"Dear Bob\"}").says("Done.").says("You are welcome.");
        Run run = copilot.client()
                .submit(AgentRequest.to("assistant")
                        .text("write to Bob")
                        .session("s")
                        .build());
        await().until(() -> run.state() == RunState.INPUT_REQUIRED);
        run.input(Message.user("yes"));
        Bed.reply(run);
        assertThat(endpoint.last().messages())
                .filteredOn(message -> message.startsWith("user: "))
                .hasSize(1);

        copilot.client()
                .invoke(AgentRequest.to("assistant").text("thanks").session("s").build());

        var messages = endpoint.last().messages();
        assertThat(messages.get(1)).isEqualTo("user: write to Bob");
        assertThat(messages.get(2)).startsWith("assistant: May I call the agent 'mail'");
        assertThat(messages.subList(3, 6)).containsExactly("user: yes", "assistant: Done.", "user: thanks");
    }

    @Test
    void whatIsHiddenInTheArgumentsIsShown() {
        endpoint.calls("mail", "{\"text\":\"pay \u202e001 to\u200b Bob\"}");

        AgentReply asked = copilot.client().invoke("assistant", "pay");

        assertThat(asked.text()).contains("pay \\u202e001 to\\u200b Bob");
    }
}
