package org.copilotframework.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventWeightTest {
    static Stream<Event> events() {
        return Stream.of(
                new Event.State(RunState.INPUT_REQUIRED),
                new Event.Question(Message.agent("哪一个？".repeat(50))),
                new Event.Progress("\u0000\n\"\\".repeat(40), 1 / 3.0),
                new Event.Text("plain ".repeat(100)),
                new Event.Text("漢字".repeat(100)),
                new Event.Text("äöü".repeat(100)),
                new Event.Text("😀".repeat(100)),
                new Event.Text("\u007f\u2028\uffff".repeat(100)),
                new Event.Text("漢字 and half of a pair: " + "\ud83d".repeat(3) + "😀"),
                new Event.Custom("名", Data.of(Map.of("キー", List.of(1L, -1.5e-300, true, "ß", List.of(List.of()))))),
                new Event.Custom(
                        "numbers",
                        Data.of(List.of(
                                Long.MIN_VALUE,
                                -Double.MIN_VALUE,
                                BigInteger.TWO.pow(900).negate(),
                                new BigDecimal("-0.00000" + "1".repeat(300)),
                                new BigDecimal("1E-2147483000")))));
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventWeighsNoLessThanItIsLargeInTheStore(Event event) {
        RunEvent at = new RunEvent(1, Instant.parse("2030-01-01T00:00:00.123456789Z"), event);
        int size = EventForm.store(at).content().bytes().length;

        assertThat(EventWeight.stored(event)).isBetween((long) size, size + 256L);
    }
}
