package org.copilotframework.api.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.SessionPolicy;
import org.junit.jupiter.api.Test;

class AgentRequestTest {
    @Test
    void aRequestSaysWhatItWasBuiltWith() {
        AgentRequest request = AgentRequest.to("docs")
                .text("how?")
                .data(Map.of("n", 1))
                .session("s")
                .sessionPolicy(SessionPolicy.REJECT)
                .timeout(Duration.ofSeconds(1))
                .build();

        assertThat(request.agent()).isEqualTo("docs");
        assertThat(request.text()).isEqualTo("how?");
        assertThat(request.message().data()).isPresent();
        assertThat(request.session()).hasValue(new SessionId("s"));
        assertThat(request.sessionPolicy()).isEqualTo(SessionPolicy.REJECT);
        assertThat(request.timeout()).hasValue(Duration.ofSeconds(1));
        assertThat(request.toString()).contains("docs", "session s");
        AgentRequest plain = AgentRequest.to("docs").message(Message.user("hi")).build();
        assertThat(plain.session()).isEmpty();
        assertThat(plain.timeout()).isEmpty();
        assertThat(plain.sessionPolicy()).isEqualTo(SessionPolicy.ENQUEUE);
        assertThat(plain.toString()).doesNotContain("session");
    }

    @Test
    void aRequestThatSaysNothingOrTooMuchIsRefused() {
        assertThatThrownBy(() -> AgentRequest.to("docs").build()).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> AgentRequest.to("docs")
                        .text("a")
                        .message(Message.user("b"))
                        .build())
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() ->
                        AgentRequest.to("docs").message(Message.agent("b")).build())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("USER");
        assertThatThrownBy(() -> AgentRequest.to("docs").timeout(Duration.ZERO))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("timeout");
    }
}
