package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.Test;

class GateTest {
    @Test
    void whatIsTooManyOfOneKindTakesNothingFromTheOther() {
        Gate gate = new Gate(1, 1);
        try (Gate.Place call = gate.call();
                Gate.Place stream = gate.stream()) {
            assertThatThrownBy(gate::call)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("copilot.http.calls");
            assertThatThrownBy(gate::stream)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("copilot.http.streams");
            call.close();
            gate.call().close();
            assertThat(stream).isNotNull();
        }
        assertThat(gate.atWork()).isZero();
    }

    @Test
    void itIsQuietOnlyOnceAnswersHaveGoneOut() throws InterruptedException {
        Gate gate = new Gate(1, 1);
        Gate.Place answer;
        try (Gate.Place call = gate.call()) {
            answer = gate.answer();
            assertThat(call).isNotNull();
        }
        gate.shut();
        assertThatThrownBy(gate::call).isInstanceOf(UnavailableException.class).hasMessageContaining("stopping");
        assertThat(gate.awaitQuiet(Duration.ofMillis(1))).isFalse();
        answer.close();
        answer.close();
        assertThat(gate.awaitQuiet(Duration.ZERO)).isTrue();
    }
}
