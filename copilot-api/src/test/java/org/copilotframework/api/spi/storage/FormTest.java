package org.copilotframework.api.spi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the Javadoc of the records says of names, numbers and times is what they take. */
class FormTest {
    private static final Payload CONTENT = Payload.of(new byte[0]);
    private static final List<String> NO_TEXT = List.of("", "nul\u0000", "line\n", "half \ud83d", "\udc00 other half");
    private static final List<String> NO_ASCII = List.of("", "t\u00fcrn", "line\n", "\u007f");
    private static final String LONG = "x".repeat(10_000);

    @Test
    void namesOfAnyTextHaveAFormAndALength() {
        texts(256, "agent", name -> new StoredTurn("r/1", 1, Instant.EPOCH, name, CONTENT));
        texts(256, "agent", name -> start("c", name, 1, null, null));
        texts(256, "step", name -> new StepRecord(name, null));
        texts(256, "topic", name -> new OutboxMessage(name, "k", CONTENT));
        texts(512, "message key", name -> new OutboxMessage("t", name, CONTENT));
        texts(512, "key", name -> ValueChange.delete(name, 1));
        texts(
                512,
                "state",
                name -> new SessionChange(
                        new SessionId("s"),
                        new StoredTurn("r/1", 1, Instant.EPOCH, "a", CONTENT),
                        Map.of(name, CONTENT),
                        0));
    }

    @Test
    void namesOfTheHostsOwnAreAscii() {
        ascii(80, "turn", name -> new StoredTurn(name, 1, Instant.EPOCH, "a", CONTENT));
        ascii(80, "change", name -> start(name, "a", 1, null, null));
        ascii(80, "change", name -> change(1, name, 1, null, null));
        ascii(128, "holder", name -> start("c", "a", 1, name, null));
        ascii(128, "holder", name -> change(1, "c", 1, name, null));
        ascii(128, "holder", Runs::checkHolder);
    }

    @Test
    void numbersAndTimesAreInTheirRange() {
        refused("version", () -> new StoredTurn("r/1", 0, Instant.EPOCH, "a", CONTENT));
        refused("activation", () -> start("c", "a", 0, null, null));
        refused("activation", () -> change(1, "c", 0, null, null));
        refused("fence", () -> change(0, "c", 1, null, null));
        refused("expected", () -> ValueChange.delete("k", -1));
        refused("position", () -> new StoredEvent(0, CONTENT));
        for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
            refused("keep", () -> start("c", "a", 1, null, none));
            refused("keep", () -> change(1, "c", 1, null, none));
            refused("ttl", () -> ValueChange.insert("k", CONTENT, none));
            refused("ttl", () -> KeyValues.checkTtl(none));
        }
        assertThat(KeyValues.checkTtl(null)).isNull();
    }

    private interface Maker {
        Object make(String name);
    }

    private static void texts(int most, String what, Maker maker) {
        assertThat(maker.make("\u20ac".repeat(most))).isNotNull();
        assertThat(maker.make("\ud83d\ude00".repeat(most / 2))).isNotNull();
        refused(what, () -> maker.make("x".repeat(most + 1)));
        refused(what, () -> maker.make(LONG));
        NO_TEXT.forEach(wrong -> refused(what, () -> maker.make(wrong)));
    }

    private static void ascii(int most, String what, Maker maker) {
        assertThat(maker.make("~ ".repeat(most / 2))).isNotNull();
        refused(what, () -> maker.make("x".repeat(most + 1)));
        refused(what, () -> maker.make(LONG));
        NO_ASCII.forEach(wrong -> refused(what, () -> maker.make(wrong)));
    }

    private static void refused(String what, ThrowingCallable made) {
        assertThatThrownBy(made).isInstanceOf(InvalidRequestException.class).hasMessageStartingWith(what);
    }

    private static RunStart start(
            String change, String agent, int activation, @Nullable String holder, @Nullable Duration keep) {
        return new RunStart(
                new RunId("r"),
                change,
                agent,
                null,
                RunState.WORKING,
                activation,
                CONTENT,
                null,
                holder,
                Due.now(),
                keep);
    }

    private static RunChange change(
            long fence, String change, int activation, @Nullable String holder, @Nullable Duration keep) {
        return new RunChange(
                new RunId("r"), fence, change, RunState.WORKING, activation, null, holder, Due.now(), keep);
    }
}
