package org.copilotframework.core.settings;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of a text is a secret by the form of the text: the password of a URL, the key in a connection string, a field of JSON. */
final class SecretParts {
    private static final Pattern USER = Pattern.compile("://[^/\\s:@]*:");
    private static final Pattern PARAMETER = Pattern.compile("(?:^|[?&;\\s])([A-Za-z0-9_.-]{1,64})=([^&;\\s]+)");
    /** A field of JSON, as in the key of a service account, or in a secret that a cloud made for a database. */
    private static final Pattern FIELD = Pattern.compile("\"([A-Za-z0-9_.-]{1,64})\"\\s*:\\s*\"");

    private static final Pattern ESCAPED = Pattern.compile("\\\\(u([0-9A-Fa-f]{4})|.)", Pattern.DOTALL);
    /** Parameters of which no setting has the name: of the signed URLs and connection strings of clouds. */
    private static final Set<String> SIGNED =
            Set.of("sig", "sharedaccesssignature", "x-amz-signature", "x-goog-signature");

    private SecretParts() {}

    /** In the form in which it stands there, and decoded. */
    static List<String> of(String text) {
        Set<String> parts = new LinkedHashSet<>();
        Matcher user = USER.matcher(text);
        while (user.find()) {
            passwords(parts, text.substring(user.end()));
        }
        Matcher parameter = PARAMETER.matcher(text);
        while (parameter.find()) {
            String name = parameter.group(1);
            if (Problems.Hidden.isSecret(name) || SIGNED.contains(name.toLowerCase(Locale.ROOT))) {
                add(parts, parameter.group(2));
            }
        }
        Matcher field = FIELD.matcher(text);
        while (field.find()) {
            String value = text.substring(field.end(), endOfText(text, field.end()));
            if (!value.isEmpty() && Problems.Hidden.isSecret(field.group(1))) {
                parts.add(value);
                parts.add(unescaped(value));
            }
        }
        return List.copyOf(parts);
    }

    private static int endOfText(String json, int begin) {
        int at = begin;
        while (at < json.length() && json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, json.length());
    }

    private static String unescaped(String json) {
        return ESCAPED.matcher(json).replaceAll(found -> {
            String code = found.group(2);
            String one = found.group(1);
            int at = "bfnrt".indexOf(one);
            char meant = code != null
                    ? (char) Integer.parseInt(code, 16)
                    : at >= 0 ? "\b\f\n\r\t".charAt(at) : one.charAt(0);
            return Matcher.quoteReplacement(Character.toString(meant));
        });
    }

    /** Whether a password ends at the first @ or at the last is the reader's choice, so all are kept out. */
    private static void passwords(Set<String> parts, String rest) {
        String line = rest.lines().findFirst().orElse("");
        int end = end(line);
        for (int at : new int[] {line.indexOf('@'), line.substring(0, end).lastIndexOf('@'), line.lastIndexOf('@')}) {
            if (at > 0) {
                add(parts, line.substring(0, at));
            }
        }
    }

    /** Where the servers of a URL end. */
    private static int end(String line) {
        for (int i = 0; i < line.length(); i++) {
            if ("/?#".indexOf(line.charAt(i)) >= 0) {
                return i;
            }
        }
        return line.length();
    }

    private static void add(Set<String> parts, String part) {
        parts.add(part);
        try {
            parts.add(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notEncoded) {
            // Then it stands there as it is.
        }
    }
}
