package org.copilotframework.core.secret;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Keeps known secrets out of messages of others, in the forms in which libraries write them. */
public final class Redaction {
    /** What is shorter is no secret, and would be found in every other word. */
    private static final int SHORTEST = 4;

    private static final int SHORTEST_IN_LOWER_CASE = 6;

    private static final int SHORTEST_CORE = 8;
    private static final Pattern PERCENT = Pattern.compile("%[0-9A-F]{2}");
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
        return values.get().stream().flatMap(value -> forms(value).stream()).anyMatch(text::contains);
    }

    /**
     * Takes secrets out.
     *
     * @param text any text
     * @return the text, with asterisks in place of each
     */
    public String of(String text) {
        List<String> forms = new ArrayList<>();
        values.get().forEach(value -> forms.addAll(forms(value)));
        // The longest first: one may begin another.
        forms.sort(Comparator.comparingInt(String::length).reversed());
        String clean = text;
        for (String form : forms) {
            clean = clean.replace(form, HIDDEN);
        }
        return clean;
    }

    private static Set<String> forms(String value) {
        Set<String> forms = new TreeSet<>();
        if (value.length() >= SHORTEST) {
            forms.add(value);
            String lower = value.toLowerCase(Locale.ROOT);
            if (lower.length() >= SHORTEST_IN_LOWER_CASE) {
                // As the name of a host is told, for which a part of a URL may be taken.
                forms.add(lower);
            }
            addInUrls(forms, value);
            addInJson(forms, value);
            addInBase64(forms, value.getBytes(StandardCharsets.UTF_8));
            value.lines().map(String::strip).filter(line -> line.length() >= 16).forEach(forms::add);
        }
        return forms;
    }

    private static void addInUrls(Set<String> forms, String value) {
        String form = URLEncoder.encode(value, StandardCharsets.UTF_8);
        String path = form.replace("+", "%20");
        String all = path.replace("*", "%2A");
        for (String one : List.of(form, path, all, all.replace("%7E", "~"))) {
            forms.add(one);
            forms.add(PERCENT.matcher(one).replaceAll(found -> found.group().toLowerCase(Locale.ROOT)));
        }
    }

    private static void addInJson(Set<String> forms, String value) {
        StringBuilder json = new StringBuilder();
        for (char c : value.toCharArray()) {
            int at = "\"\\\b\f\n\r\t".indexOf(c);
            if (at >= 0) {
                json.append('\\').append("\"\\bfnrt".charAt(at));
            } else if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        forms.add(json.toString());
        forms.add(json.toString().replace("/", "\\/"));
    }

    /** Also what of it is the same whatever stands around it, as in {@code user:password} of a header. */
    private static void addInBase64(Set<String> forms, byte[] bytes) {
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            forms.add(encoder.withoutPadding().encodeToString(bytes));
            for (int before = 0; before < 3; before++) {
                byte[] shifted = new byte[before + bytes.length];
                System.arraycopy(bytes, 0, shifted, before, bytes.length);
                String encoded = encoder.withoutPadding().encodeToString(shifted);
                String core =
                        encoded.substring((before * 8 + 5) / 6, encoded.length() - (shifted.length % 3 == 0 ? 0 : 1));
                if (core.length() >= SHORTEST_CORE) {
                    forms.add(core);
                }
            }
        }
    }
}
