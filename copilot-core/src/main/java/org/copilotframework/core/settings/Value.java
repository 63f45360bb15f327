package org.copilotframework.core.settings;

import io.smallrye.config.common.utils.StringUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.copilotframework.core.secret.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * One value as it was written: text in which secrets may have their places.
 *
 * @param form the text, with one mark for each secret
 * @param secrets which secrets, in order
 * @param source where it came from, for messages
 */
record Value(String form, List<Reference> secrets, String source) {
    private static final char PLACE = SecretReferences.BEGIN;
    private static final String PREVIOUS = "@previous";

    /**
     * One reference to a secret.
     *
     * @param name which secret
     * @param previous whether what it was before is meant
     */
    record Reference(String name, boolean previous) {
        @Override
        public String toString() {
            return "${secret:" + name + (previous ? PREVIOUS : "") + "}";
        }
    }

    /** A text that refers to nothing, whatever it looks like. */
    static Value literal(String text, String source) {
        return new Value(SecretReferences.literal(text), List.of(), source);
    }

    /** A text in which {@link SecretReferences} marked references. Null if one of them has no name that a secret can have. */
    static @Nullable Value marked(String text, String source) {
        List<Reference> secrets = new ArrayList<>();
        StringBuilder form = new StringBuilder();
        int at = 0;
        for (int begin = text.indexOf(PLACE); begin >= 0; begin = text.indexOf(PLACE, at)) {
            int end = text.indexOf(SecretReferences.END, begin);
            String name = end < 0 ? "" : text.substring(begin + 1, end);
            boolean previous = name.endsWith(PREVIOUS);
            String bare = previous ? name.substring(0, name.length() - PREVIOUS.length()) : name;
            // A name that is made of another secret would show it to whoever is asked for it.
            if (!Secrets.isName(bare) || bare.indexOf(PLACE) >= 0) {
                return null;
            }
            secrets.add(new Reference(bare, previous));
            form.append(text, at, begin).append(PLACE);
            at = end + 1;
        }
        return new Value(form.append(text, at, text.length()).toString(), List.copyOf(secrets), source);
    }

    /** Whether its key was written as a variable of the environment, which stands for many a key. */
    boolean isOfEnvironment() {
        return source.equals(Layers.ENVIRONMENT_NAME) || source.equals(Layers.DOT_ENV_NAME);
    }

    boolean holdsSecret() {
        return !secrets.isEmpty();
    }

    /** The elements of a list with commas. A secret is never split, whatever is in it. */
    List<Value> split() {
        List<Value> elements = new ArrayList<>();
        int used = 0;
        for (String element : StringUtil.split(form)) {
            int count = (int) element.chars().filter(c -> c == PLACE).count();
            String stripped = element.strip();
            if (!stripped.isEmpty()) {
                elements.add(new Value(stripped, secrets.subList(used, used + count), source));
            }
            used += count;
        }
        return elements;
    }

    /** As it was written, with references in place of what they refer to. */
    String shown() {
        return made(Reference::toString, false);
    }

    /**
     * The text. Within a URL a secret stands for itself, whatever characters it has: so it is percent-encoded there.
     *
     * @param meant what a reference stands for
     */
    String text(Function<Reference, String> meant) {
        return made(meant, true);
    }

    private String made(Function<Reference, String> meant, boolean encoded) {
        if (secrets.isEmpty()) {
            return form;
        }
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < form.length(); i++) {
            if (form.charAt(i) == PLACE) {
                String secret = meant.apply(secrets.get(next++));
                text.append(encoded && isInUrl(i) ? percentEncoded(secret) : secret);
            } else {
                text.append(form.charAt(i));
            }
        }
        return text.toString();
    }

    /** Whether there is the beginning of a URL before a place, and no blank since. */
    private boolean isInUrl(int place) {
        int begin = form.lastIndexOf("://", place);
        return begin > 0 && form.substring(begin, place).chars().noneMatch(Character::isWhitespace);
    }

    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            boolean unreserved = (one >= 'A' && one <= 'Z')
                    || (one >= 'a' && one <= 'z')
                    || (one >= '0' && one <= '9')
                    || "-._~".indexOf(one) >= 0;
            if (unreserved) {
                encoded.append((char) one);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", one & 0xFF));
            }
        }
        return encoded.toString();
    }

    /** What it refers to, never what that is. */
    @Override
    public String toString() {
        return "Value[from " + source + "]";
    }
}
