package org.copilotframework.api.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;

class AgentReplyTest {
    @Test
    void anAnswerEndsTheRun() {
        AgentReply reply = AgentReply.of("text", Map.of("n", 1));

        assertThat(reply.suspended()).isFalse();
        assertThat(reply.state()).isEqualTo(RunState.COMPLETED);
        assertThat(reply.run()).isEmpty();
        assertThat(reply.resumesAt()).isEmpty();
        assertThat(reply.message().data()).hasValue(Data.of(Map.of("n", 1)));
        assertThat(AgentReply.data(2).message().data()).hasValue(Data.of(2L));
        assertThat(AgentReply.text("t")).hasToString("AgentReply[" + Message.agent("t") + "]");
    }

    @Test
    void aQuestionOrAMomentSuspendsTheRun() {
        Instant moment = Instant.parse("2030-01-01T00:00:00Z");

        assertThat(AgentReply.inputRequired("which?").state()).isEqualTo(RunState.INPUT_REQUIRED);
        assertThat(AgentReply.authRequired(Message.agent("there")).state()).isEqualTo(RunState.AUTH_REQUIRED);
        AgentReply later = AgentReply.resumeAt(moment, "opens then").inRun(new RunId("r1"));
        assertThat(later.suspended()).isTrue();
        assertThat(later.state()).isEqualTo(RunState.SUBMITTED);
        assertThat(later.resumesAt()).hasValue(moment);
        assertThat(later.run()).hasValue(new RunId("r1"));
        assertThat(later.text()).isEqualTo("opens then");
        assertThat(later.toString()).contains("SUBMITTED");
    }

    @Test
    void whatAnAgentSaysHasItsRole() {
        assertThatThrownBy(() -> AgentReply.of(Message.user("x"))).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> AgentReply.inputRequired(Message.user("x")))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aStepInDoubtNamesItsKey() {
        StepInDoubtException inDoubt = new StepInDoubtException("pay", "r1/pay");

        assertThat(inDoubt.stepKey()).isEqualTo("r1/pay");
        assertThat(inDoubt).hasMessageContaining("'pay'").hasMessageContaining("r1/pay");
    }
}
