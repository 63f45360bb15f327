package org.copilotframework.core.agent;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
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
        return inWords(thrown, UnaryOperator.identity());
    }

    /**
     * The same, where something must not be told.
     *
     * @param thrown what was thrown; its methods are not trusted
     * @param clean takes out of each message what must not be told, before the message is cut
     * @return at most some 16,000 characters, never empty
     */
    public static String inWords(Throwable thrown, UnaryOperator<String> clean) {
        StringBuilder words = new StringBuilder(brief(thrown, clean));
        Throwable cause = causeOf(thrown);
        for (int i = 1; cause != null && i < MAX_CAUSES; i++) {
            words.append("; caused by ").append(brief(cause, clean));
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
     * All that a throwable and those behind it say, for who looks whether something is said. Far cheaper than their stack trace.
     *
     * @param thrown what was thrown; its methods are not trusted
     * @return the messages, of any length
     */
    public static String said(Throwable thrown) {
        StringBuilder said = new StringBuilder();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> left = new ArrayDeque<>(List.of(thrown));
        while (!left.isEmpty()) {
            Throwable one = left.pop();
            if (seen.add(one)) {
                try {
                    said.append(one.getMessage()).append('\n').append(one).append('\n');
                } catch (Throwable hostile) {
                    said.append(one.getClass().getName()).append('\n');
                }
                Throwable cause = causeOf(one);
                if (cause != null) {
                    left.add(cause);
                }
                left.addAll(List.of(one.getSuppressed()));
            }
        }
        return said.toString();
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
        return brief(thrown, UnaryOperator.identity());
    }

    private static String brief(Throwable thrown, UnaryOperator<String> clean) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (Throwable hostile) {
            return thrown.getClass().getName() + " (its message cannot be read)";
        }
        if (message == null || message.isEmpty()) {
            return thrown.getClass().getName();
        }
        return thrown.getClass().getName() + ": " + cut(clean.apply(message));
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
