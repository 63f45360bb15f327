package org.copilotframework.core.run;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.copilotframework.api.run.Event;
import org.jspecify.annotations.Nullable;

/** How much an event weighs. */
final class EventWeight {
    /** More than the time, the names and the punctuation of an event take in JSON; about what its objects take in memory. */
    private static final long FRAME = 128;

    /** A number that needs no more: a long, a double, or the exponent of one that is longer. */
    private static final long NUMBER = 26;

    private long plain;
    /** With all but ASCII escaped: so it is written if it holds half a character. */
    private long escaped;

    private boolean half;

    private EventWeight() {}

    /** What its content weighs, as messages are weighed: a lower bound of its size as UTF-8 JSON, in bytes. */
    static long ofContent(Event event) {
        if (event instanceof Event.Text text) {
            return text.delta().length();
        } else if (event instanceof Event.Progress progress) {
            return progress.message().length();
        } else if (event instanceof Event.Custom custom) {
            return custom.name().length() + custom.data().weight();
        } else if (event instanceof Event.Question question) {
            return question.message().weight();
        }
        return 0;
    }

    /** An upper bound of its size as it is stored, in bytes, and no more than it needs for that. */
    static long stored(Event event) {
        EventWeight weight = new EventWeight();
        if (event instanceof Event.Text text) {
            weight.add(text.delta());
        } else if (event instanceof Event.Progress progress) {
            weight.add(progress.message());
        } else if (event instanceof Event.Custom custom) {
            weight.add(custom.name());
            weight.tree(custom.data().value());
        } else if (event instanceof Event.Question question) {
            return FRAME + EventForm.size(question);
        }
        return FRAME + (weight.half ? weight.escaped : weight.plain);
    }

    private void tree(@Nullable Object tree) {
        if (tree instanceof String text) {
            add(text);
        } else if (tree instanceof Map<?, ?> map) {
            add(2);
            map.forEach((key, value) -> {
                add(2);
                add(String.valueOf(key));
                tree(value);
            });
        } else if (tree instanceof Iterable<?> list) {
            add(2);
            for (Object element : list) {
                add(1);
                tree(element);
            }
        } else if (tree instanceof BigInteger number) {
            add(NUMBER + digits(number));
        } else if (tree instanceof BigDecimal number) {
            add(NUMBER + digits(number.unscaledValue()));
        } else {
            add(NUMBER);
        }
    }

    private static long digits(BigInteger number) {
        // Ten binary digits are more than three decimal ones.
        return number.bitLength() / 3 + 1L;
    }

    private void add(long bytes) {
        plain += bytes;
        escaped += bytes;
    }

    private void add(String text) {
        add(2);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                add(6);
            } else if (c == '"' || c == '\\') {
                add(2);
            } else if (c < 0x80) {
                add(1);
            } else {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
                half |= Character.isSurrogate(c) && !pair;
                plain += c < 0x800 ? 2 : pair ? 4 : 3;
                escaped += pair ? 12 : 6;
                i += pair ? 1 : 0;
            }
        }
    }
}
