package org.copilotframework.api.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.junit.jupiter.api.Test;

class EventTest {
    @Test
    void progressIsAFraction() {
        assertThat(new Event.Progress("half", 0.5).fraction()).isEqualTo(0.5);
        assertThat(new Event.Progress("unknown", null).fraction()).isNull();
        assertThatThrownBy(() -> new Event.Progress("more", 1.1)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new Event.Progress("none", Double.NaN)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void anEventIsItsContent() {
        assertThat(new Event.Custom("mood", Data.of("good"))).isEqualTo(new Event.Custom("mood", Data.of("good")));
        assertThat(new Event.Question(Message.agent("?")).message().text()).isEqualTo("?");
        assertThat(new RunEvent(1, Instant.EPOCH, new Event.Text("t")).event()).isEqualTo(new Event.Text("t"));
        assertThat(new RunEvent(2, Instant.EPOCH, new Event.State(RunState.WORKING)).position())
                .isEqualTo(2);
    }

    @Test
    void fourStatesAreForGood() {
        assertThat(RunState.values())
                .filteredOn(RunState::terminal)
                .containsExactly(RunState.COMPLETED, RunState.FAILED, RunState.CANCELED, RunState.REJECTED);
    }
}
