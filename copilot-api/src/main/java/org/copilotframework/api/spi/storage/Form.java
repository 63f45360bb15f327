package org.copilotframework.api.spi.storage;

import java.time.Duration;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/** Checks what a store is given, so that each of them is given the same. */
final class Form {
    private Form() {}

    /** A text of the host's own making, such as the name of a turn. */
    static void ascii(String what, String text, int most) {
        boolean wrong = text.isEmpty() || text.length() > most;
        for (int i = 0; i < text.length() && !wrong; i++) {
            wrong = text.charAt(i) < ' ' || text.charAt(i) > '~';
        }
        if (wrong) {
            throw new InvalidRequestException(
                    what + ": has 1 to " + most + " characters of printable ASCII; this one has " + text.length());
        }
    }

    /** A text of anybody's making: PostgreSQL, for one, cannot store all that a String may hold. */
    static void text(String what, String text, int most) {
        boolean wrong = text.isEmpty() || text.length() > most;
        for (int i = 0; i < text.length() && !wrong; i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            wrong = Character.isISOControl(c) || (Character.isSurrogate(c) && !pair);
            i += pair ? 1 : 0;
        }
        if (wrong) {
            throw new InvalidRequestException(what + ": has 1 to " + most
                    + " characters of well-formed Unicode and no control characters; this one has " + text.length());
        }
    }

    static void holder(@Nullable String holder) {
        if (holder != null) {
            ascii("holder", holder, Runs.MAX_HOLDER);
        }
    }

    static void positive(String what, @Nullable Duration time) {
        if (time != null && (time.isZero() || time.isNegative())) {
            throw new InvalidRequestException(what + ": must be above zero, or null for always; not " + time);
        }
    }

    static void atLeast(String what, long number, long least) {
        if (number < least) {
            throw new InvalidRequestException(what + ": must be at least " + least + ", not " + number);
        }
    }
}
