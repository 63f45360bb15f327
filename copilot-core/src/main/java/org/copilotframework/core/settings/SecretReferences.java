package org.copilotframework.core.settings;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;

/**
 * Keeps {@code ${secret:name}} from being taken for a reference to a setting {@code secret}: between the sources and the
 * interceptor that expands references, it becomes a name between two characters that no text has. So a reference to a secret goes
 * through defaults and other settings as any text does, and what the secret is never comes near whatever expands texts.
 */
final class SecretReferences implements ConfigSourceInterceptor {
    /** Nearer to the sources than what knows of profiles, which stands at 200, and of references, at 300. */
    static final int PRIORITY = Priorities.LIBRARY + 50;

    /** These two are no characters, says Unicode, and are a program's own to use. */
    static final char BEGIN = '\uFDD0';

    static final char END = '\uFDD1';

    private static final String REFERENCE = "${secret:";
    private static final long serialVersionUID = 1L;

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        String text = value == null ? null : value.getValue();
        if (text == null || (!isReferring(text) && !isForged(text))) {
            return value;
        }
        return value.from().withValue(marked(literal(text))).build();
    }

    static boolean isReferring(String text) {
        return text.contains(REFERENCE);
    }

    private static boolean isForged(String text) {
        return text.indexOf(BEGIN) >= 0 || text.indexOf(END) >= 0;
    }

    /** A text in which nothing can be taken for a reference. */
    static String literal(String text) {
        return isForged(text) ? text.replace(BEGIN, '\uFFFD').replace(END, '\uFFFD') : text;
    }

    /** The text with each reference marked. Two dollars, or one behind a backslash, stand for one that refers to nothing. */
    static String marked(String text) {
        StringBuilder marked = new StringBuilder(text.length());
        // How many braces are open, and how many were when a reference to a secret began.
        int depth = 0;
        int secretAt = -1;
        for (int i = 0; i < text.length(); ) {
            if (text.startsWith("$$", i) || text.startsWith("\\$", i)) {
                marked.append(text, i, i + 2);
                i += 2;
            } else if (secretAt < 0 && text.startsWith(REFERENCE, i) && text.indexOf('}', i) > 0) {
                secretAt = depth++;
                marked.append(BEGIN);
                i += REFERENCE.length();
            } else if (text.startsWith(REFERENCE, i) && secretAt >= 0) {
                // Within another one: refused by whoever reads the name.
                depth++;
                marked.append(BEGIN);
                i += REFERENCE.length();
            } else if (text.startsWith("${", i)) {
                depth++;
                marked.append("${");
                i += 2;
            } else if (text.charAt(i) == '}' && depth > 0) {
                depth--;
                boolean ends = depth == secretAt;
                marked.append(ends ? END : '}');
                secretAt = ends ? -1 : secretAt;
                i++;
            } else {
                marked.append(text.charAt(i));
                i++;
            }
        }
        return marked.toString();
    }
}
