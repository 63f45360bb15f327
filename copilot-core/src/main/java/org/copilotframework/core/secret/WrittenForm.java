package org.copilotframework.core.secret;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One form in which a secret may be written.
 *
 * @param text what is looked for
 * @param word whether it counts only where no letter and no digit stands beside it: what is short may be a part of many a word
 */
record WrittenForm(String text, boolean word) {
    /** What is shorter is no secret, and would be found in every other word. */
    private static final int SHORTEST = 4;

    private static final int SHORTEST_IN_LOWER_CASE = 6;

    private static final int SHORTEST_CORE = 8;

    private static final int SHORTEST_LINE = 16;

    /** May be a word, such as {@code test} or the name of this project, or a number, such as a year. */
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]{4,7}|[A-Za-z]{8,10}|[0-9]{8,10}");

    private static final Pattern PERCENT = Pattern.compile("%[0-9A-F]{2}");
    /** What stands in a text before a word, and is not a part of it though it ends with a letter or a digit. */
    private static final Pattern ESCAPE_AT_END =
            Pattern.compile("(?:%[0-9A-Fa-f]{2}|\\\\[bfnrt]|\\\\u[0-9A-Fa-f]{4})$");

    private static final int LONGEST_ESCAPE = 6;

    /** How a secret may be written; in no way if it is too short to be one. */
    static List<WrittenForm> of(String value) {
        if (value.length() < SHORTEST) {
            return List.of();
        }
        boolean word = WORD.matcher(value).matches();
        Set<WrittenForm> forms = new LinkedHashSet<>();
        forms.add(new WrittenForm(value, word));
        String lower = value.toLowerCase(Locale.ROOT);
        if (lower.length() >= SHORTEST_IN_LOWER_CASE) {
            // As the name of a host is told, for which a part of a URL may be taken.
            forms.add(new WrittenForm(lower, word));
        }
        Set<String> others = new TreeSet<>();
        if (!word) {
            addInUrls(others, value);
            addInJson(others, value);
            addInXml(others, value);
        }
        addInBase64(others, value.getBytes(StandardCharsets.UTF_8));
        value.lines()
                .map(String::strip)
                // That a key begins is no secret.
                .filter(line -> line.length() >= SHORTEST_LINE && !line.startsWith("-----"))
                .forEach(others::add);
        others.forEach(one -> forms.add(new WrittenForm(one, false)));
        return List.copyOf(forms);
    }

    /** Where it is found, or -1. */
    int find(String in, int from) {
        int at = in.indexOf(text, from);
        while (at >= 0 && word && !standsAlone(in, at)) {
            at = in.indexOf(text, at + 1);
        }
        return at;
    }

    private boolean standsAlone(String in, int at) {
        int end = at + text.length();
        if (end < in.length() && isOfWord(in.charAt(end))) {
            return false;
        }
        return at == 0
                || !isOfWord(in.charAt(at - 1))
                || ESCAPE_AT_END
                        .matcher(in.substring(Math.max(0, at - LONGEST_ESCAPE), at))
                        .find();
    }

    private static boolean isOfWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static void addInUrls(Set<String> forms, String value) {
        String form = URLEncoder.encode(value, StandardCharsets.UTF_8);
        String path = form.replace("+", "%20");
        String all = path.replace("*", "%2A");
        for (String one : List.of(form, path, all, all.replace("%7E", "~"), onlyWhatMust(path))) {
            forms.add(one);
            forms.add(PERCENT.matcher(one).replaceAll(found -> found.group().toLowerCase(Locale.ROOT)));
        }
    }

    /** As {@link java.net.URI} does: what a URL may have in it stays as it is. */
    private static String onlyWhatMust(String encoded) {
        String less = encoded;
        for (char c : "!$&'()*+,;=:@/?~".toCharArray()) {
            less = less.replace(String.format(Locale.ROOT, "%%%02X", (int) c), Character.toString(c));
        }
        return less;
    }

    private static void addInJson(Set<String> forms, String value) {
        String json = json(value, "");
        forms.add(json);
        forms.add(json.replace("/", "\\/"));
        // As those write it who fear HTML, or letters that are not ASCII.
        forms.add(json(value, "<>&='"));
        String ascii = ascii(json);
        forms.add(ascii);
        forms.add(ascii.replace("/", "\\/"));
    }

    private static String json(String value, String feared) {
        StringBuilder json = new StringBuilder();
        for (char c : value.toCharArray()) {
            int at = "\"\\\b\f\n\r\t".indexOf(c);
            if (at >= 0) {
                json.append('\\').append("\"\\bfnrt".charAt(at));
            } else if (c < ' ' || feared.indexOf(c) >= 0) {
                json.append(unicode(c));
            } else {
                json.append(c);
            }
        }
        return json.toString();
    }

    private static String ascii(String json) {
        StringBuilder ascii = new StringBuilder();
        for (char c : json.toCharArray()) {
            ascii.append(c < 128 ? Character.toString(c) : unicode(c));
        }
        return ascii.toString();
    }

    private static String unicode(char c) {
        return String.format(Locale.ROOT, "\\u%04x", (int) c);
    }

    private static void addInXml(Set<String> forms, String value) {
        String text = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        forms.add(text);
        String quoted = text.replace("\"", "&quot;");
        forms.add(quoted);
        forms.add(quoted.replace("'", "&apos;"));
        forms.add(quoted.replace("'", "&#39;"));
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
