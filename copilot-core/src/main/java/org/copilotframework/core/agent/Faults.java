package org.copilotframework.core.agent;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * Puts what a plugin threw into words. A throwable of a plugin must not outlive the call: its class, its fields and the
 * backtrace inside it all pin the plugin's classes.
 */
public final class Faults {
    private static final int MAX_MESSAGE = 2_000;
    private static final int MAX_CAUSES = 4;

    private Faults() {}

    /**
     * The class and message of a throwable and of its causes, on one line.
     *
     * @param thrown what was thrown; its methods are not trusted
     * @return at most some 8,000 characters, never empty
     */
    public static String inWords(Throwable thrown) {
        StringBuilder words = new StringBuilder(one(thrown));
        Throwable cause = causeOf(thrown);
        for (int i = 1; cause != null && i < MAX_CAUSES; i++) {
            words.append("; caused by ").append(one(cause));
            cause = causeOf(cause);
        }
        return words.toString();
    }

    /**
     * The stack trace of a throwable, as text for a log.
     *
     * @param thrown what was thrown; its methods are not trusted
     * @return the trace, or the words if it cannot be printed
     */
    public static String stack(Throwable thrown) {
        StringWriter text = new StringWriter();
        try {
            thrown.printStackTrace(new PrintWriter(text, true));
        } catch (Throwable hostile) {
            text.append(inWords(thrown))
                    .append(" (its stack trace cannot be printed: ")
                    .append(one(hostile))
                    .append(')');
        }
        return text.toString();
    }

    private static String one(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (Throwable hostile) {
            return thrown.getClass().getName() + " (its message cannot be read)";
        }
        if (message == null || message.isEmpty()) {
            return thrown.getClass().getName();
        }
        String shown = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...";
        return thrown.getClass().getName() + ": " + shown;
    }

    @SuppressWarnings("ReferenceEquality") // Some throwables are their own cause.
    private static @Nullable Throwable causeOf(Throwable thrown) {
        try {
            Throwable cause = thrown.getCause();
            return cause == thrown ? null : cause;
        } catch (Throwable hostile) {
            return null;
        }
    }
}
