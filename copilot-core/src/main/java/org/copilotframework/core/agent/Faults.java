package org.copilotframework.core.agent;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * Puts what a plugin threw into words. A throwable of a plugin must not outlive the call: its class, its fields and the
 * backtrace inside it all pin the plugin's classes.
 */
public final class Faults {
    private static final int MAX_MESSAGE = 4_000;
    private static final int MAX_CAUSES = 4;

    private Faults() {}

    /**
     * The class and message of a throwable and of its causes, on one line.
     *
     * @param thrown what was thrown; its methods are not trusted
     * @return at most some 16,000 characters, never empty
     */
    public static String inWords(Throwable thrown) {
        StringBuilder words = new StringBuilder(brief(thrown));
        Throwable cause = causeOf(thrown);
        for (int i = 1; cause != null && i < MAX_CAUSES; i++) {
            words.append("; caused by ").append(brief(cause));
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
                    .append(brief(hostile))
                    .append(')');
        }
        return text.toString();
    }

    /**
     * The beginning of a message, as long as a message may be.
     *
     * @param message any message
     * @return the message, or its beginning
     */
    public static String cut(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...";
    }

    /**
     * The class and message of a throwable.
     *
     * @param thrown what was thrown; its methods are not trusted
     * @return one line if the message is one, never empty
     */
    public static String brief(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (Throwable hostile) {
            return thrown.getClass().getName() + " (its message cannot be read)";
        }
        if (message == null || message.isEmpty()) {
            return thrown.getClass().getName();
        }
        return thrown.getClass().getName() + ": " + cut(message);
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
