package org.copilotframework.core.secret;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Keeps known secrets out of messages of others, in the forms in which libraries write them. */
public final class Redaction {
    /** What is shorter is no secret, and would be found in every other word. */
    private static final int SHORTEST = 4;

    private static final String HIDDEN = "*****";

    private final Supplier<Collection<String>> values;

    /**
     * Begins with what is known whenever a text is looked at.
     *
     * @param values the secrets
     */
    public Redaction(Supplier<Collection<String>> values) {
        this.values = values;
    }

    /**
     * Looks for secrets.
     *
     * @param text any text
     * @return whether it holds one
     */
    public boolean isNeeded(String text) {
        return values.get().stream()
                .filter(value -> value.length() >= SHORTEST)
                .flatMap(value -> forms(value).stream())
                .anyMatch(text::contains);
    }

    /**
     * Takes secrets out.
     *
     * @param text any text
     * @return the text, with asterisks in place of each
     */
    public String of(String text) {
        List<String> forms = new ArrayList<>();
        for (String value : values.get()) {
            if (value.length() >= SHORTEST) {
                forms.addAll(forms(value));
            }
        }
        // The longest first: one may begin another.
        forms.sort(Comparator.comparingInt(String::length).reversed());
        String clean = text;
        for (String form : forms) {
            clean = clean.replace(form, HIDDEN);
        }
        return clean;
    }

    private static Set<String> forms(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
        Set<String> forms = new TreeSet<>(List.of(
                value,
                encoded,
                encoded.replace("+", "%20"),
                encoded.replace("+", "%20").replace("*", "%2A").replace("%7E", "~"),
                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)));
        value.lines().map(String::strip).filter(line -> line.length() >= 16).forEach(forms::add);
        return forms;
    }
}
