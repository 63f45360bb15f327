package org.copilotframework.core.secret;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Keeps known secrets out of messages of others, in the forms in which libraries write them. Safe for use by several threads. */
public final class Redaction {
    private static final String HIDDEN = "*****";

    private final Supplier<? extends Collection<String>> values;
    private volatile Known known = new Known(List.of(), List.of());

    /**
     * What is looked for.
     *
     * @param values the secrets
     * @param forms how they may be written, the longest first: one may begin another
     */
    private record Known(List<String> values, List<WrittenForm> forms) {}

    /**
     * Begins with what is known whenever a text is looked at.
     *
     * @param values the secrets
     */
    public Redaction(Supplier<? extends Collection<String>> values) {
        this.values = values;
    }

    /**
     * Looks for secrets.
     *
     * @param text any text
     * @return whether it holds one
     */
    public boolean isNeeded(String text) {
        for (WrittenForm form : forms()) {
            if (form.find(text, 0) >= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes secrets out.
     *
     * @param text any text
     * @return the text, with asterisks in place of each
     */
    public String of(String text) {
        String clean = text;
        for (WrittenForm form : forms()) {
            clean = without(form, clean);
        }
        return clean;
    }

    private static String without(WrittenForm form, String text) {
        int at = form.find(text, 0);
        if (at < 0) {
            return text;
        }
        StringBuilder clean = new StringBuilder();
        int from = 0;
        for (; at >= 0; at = form.find(text, from)) {
            clean.append(text, from, at).append(HIDDEN);
            from = at + form.text().length();
        }
        return clean.append(text, from, text.length()).toString();
    }

    /** Made anew only when a secret has changed: a store that is down has its words cleaned at each call. */
    private List<WrittenForm> forms() {
        List<String> now = List.copyOf(values.get());
        Known last = known;
        if (!last.values().equals(now)) {
            Map<String, WrittenForm> forms = new LinkedHashMap<>();
            for (String value : now) {
                for (WrittenForm form : WrittenForm.of(value)) {
                    // What is looked for anywhere is found as a word too.
                    forms.merge(form.text(), form, (one, other) -> one.word() ? other : one);
                }
            }
            List<WrittenForm> longestFirst = new ArrayList<>(forms.values());
            longestFirst.sort(
                    Comparator.comparingInt((WrittenForm form) -> form.text().length())
                            .reversed());
            last = new Known(now, List.copyOf(longestFirst));
            known = last;
        }
        return last.forms();
    }
}
