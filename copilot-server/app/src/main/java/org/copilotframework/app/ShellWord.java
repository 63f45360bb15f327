package org.copilotframework.app;

import java.util.regex.Pattern;

/** A word of a command that a person is to type. */
final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9@%+=:,./_-]+");

    private ShellWord() {}

    /** The word, quoted if a shell would read it as something else. */
    static String of(Object word) {
        String text = word.toString();
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
