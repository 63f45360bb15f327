package org.copilotframework.core.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;

/** Gathers all that is wrong, so that it is told at once. */
final class Problems {
    private final List<String> found = new ArrayList<>();
    private final Set<String> unresolved = new HashSet<>();

    void value(String key, String value, String source, String expected) {
        found.add(key + " = " + shown(key, value) + " (from " + source + "): " + expected
                + " is expected; in the environment " + environment(key));
    }

    void unresolved(String key) {
        if (unresolved.add(key)) {
            found.add(key
                    + " refers to a value that is not set; set that, or say what stands for it as in ${NAME:value}");
        }
    }

    void missing(String key, String expected) {
        if (unresolved.contains(key)) {
            return;
        }
        found.add(key + " is not set: " + expected + " is expected; in the environment " + environment(key));
    }

    void other(String words) {
        found.add(words);
    }

    void raise() {
        if (found.size() == 1) {
            throw new InvalidRequestException("a setting is wrong: " + found.get(0));
        } else if (!found.isEmpty()) {
            throw new InvalidRequestException(found.size() + " settings are wrong:\n  " + String.join("\n  ", found));
        }
    }

    /** The name of a setting's variable in the environment. */
    static String environment(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static String shown(String key, String value) {
        if (Hidden.KEY.matcher(key.toLowerCase(Locale.ROOT)).find()
                || Hidden.USER_IN_URL.matcher(value).find()) {
            return "(not shown)";
        }
        String printable = value.replaceAll("\\p{Cntrl}", "?");
        return "'" + (printable.length() <= 80 ? printable : printable.substring(0, 80) + "...") + "'";
    }

    /** What is not shown. Apart, so that only a start that fails pays for it. */
    private static final class Hidden {
        private static final Pattern KEY = Pattern.compile(
                "pass(word|wd|phrase)|secret|token|credential|(api|private|access|signing|encryption)-?key");
        private static final Pattern USER_IN_URL = Pattern.compile("://[^/]*@");
    }
}
