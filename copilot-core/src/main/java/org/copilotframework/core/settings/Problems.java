package org.copilotframework.core.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.core.secret.Redaction;

/** Gathers all that is wrong, so that it is told at once. */
final class Problems {
    private final List<String> found = new ArrayList<>();
    private final Set<String> unresolved = new HashSet<>();

    private final Redaction redaction;

    /**
     * Begins with none.
     *
     * @param redaction keeps secrets out of what is shown
     */
    Problems(Redaction redaction) {
        this.redaction = redaction;
    }

    /** A value that is not what was expected. Of one that holds a secret only the reference is shown. */
    void value(String key, Value value, String expected) {
        found.add(key + " = " + shown(key, value.shown()) + " (from " + value.source() + "): " + expected
                + " is expected; in the environment " + environment(key));
    }

    void secret(String key, Value.Reference secret, String why) {
        unresolved.add(key);
        found.add(key + " refers to the secret '" + secret.name() + "': " + why);
    }

    /** A secret that is asked for anew each time, and tells what it was before by itself. */
    void beforeItself(String key, Value.Reference secret) {
        unresolved.add(key);
        found.add(
                key + " refers to " + secret + ", and whoever reads it is given a secret that tells what it was before"
                        + " by itself; write ${secret:" + secret.name() + "}");
    }

    /** A setting that says where secrets come from, and refers to one. */
    void tooEarly(String key) {
        unresolved.add(key);
        found.add(key
                + " refers to a secret, and cannot: it is needed to find where secrets come from; write what it is, or"
                + " give it by a variable of the environment, as in ${NAME}");
    }

    /** A secret's reference that names none. */
    void noReference(String key) {
        unresolved.add(key);
        found.add(key + " refers to a secret without saying which as in ${secret:name}; a name has at most "
                + SecretSource.MAX_NAME + " printable characters, and none of them from another secret");
    }

    /** A value in a variable of the environment that may be meant for another plugin. */
    void taken(String key, Value value, String plugin) {
        unresolved.add(key);
        found.add(key + " (from " + value.source() + "): the variable " + environment(key) + " is a setting of plugin "
                + plugin + " too, and was given to that; unset it, and write the settings of both into"
                + " copilot.properties");
    }

    /** What somebody else said of values, without the secrets in it. */
    String clean(String words) {
        return redaction.of(words);
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

    /** {@return how many there are} */
    int count() {
        return found.size();
    }

    void other(String words) {
        found.add(words);
    }

    /** {@return what was found, in order} */
    List<String> found() {
        return List.copyOf(found);
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

    private String shown(String key, String value) {
        if (Hidden.isSecret(key) || Hidden.USER_IN_URL.matcher(value).find() || redaction.isNeeded(value)) {
            return "(not shown)";
        }
        String printable = value.replaceAll("\\p{Cntrl}", "?");
        return "'" + (printable.length() <= 80 ? printable : printable.substring(0, 80) + "...") + "'";
    }

    /** What is not shown. Apart, so that only a start that fails pays for it. */
    static final class Hidden {
        private static final Pattern KEY =
                Pattern.compile("pass(word|wd|phrase)|secret|token(?!i[sz])|credential|connection-?string|(^|[.-])pwd$"
                        + "|(api|private|access|signing|encryption|account)-?key");
        /** Of these only a name begins so. */
        private static final Pattern SOURCES = Pattern.compile("^(%[^.]*\\.)?copilot[.-]secrets[.-]");
        /** The name of a provider, which is not what its settings are; of these one is called just so. */
        private static final Pattern API_KEYS = Pattern.compile("^(%[^.]*\\.)?copilot[.-]security[.-]apikey[.-]");
        /** Where a secret is, which is none, and how many tokens there may be. */
        private static final Pattern PLACE = Pattern.compile(
                "[.-](file|path|folder|dir|prefix|region|endpoint|issuer|ur[il])$|[.-](max|min)-[a-z-]*tokens$");

        private static final Pattern USER_IN_URL = Pattern.compile("://[^/]*@");

        private Hidden() {}

        /** Whether a value is a URL with a user, and so with a password as well, it may be. */
        static boolean holdsUser(String value) {
            return USER_IN_URL.matcher(value).find();
        }

        /** Whether a key says that its value is a secret. */
        static boolean isSecret(String key) {
            String plain = key.toLowerCase(Locale.ROOT).replace('_', '-');
            if (plain.startsWith("copilot-secret-")) {
                return true;
            }
            Matcher sources = SOURCES.matcher(plain);
            Matcher apiKeys = API_KEYS.matcher(plain);
            String said = plain;
            if (apiKeys.find()) {
                said = plain.substring(apiKeys.end());
                return said.matches("key(-previous)?") || KEY.matcher(said).find();
            } else if (sources.find()) {
                said = plain.substring(Math.max(sources.end(), plain.lastIndexOf('.') + 1));
            }
            return KEY.matcher(said).find() && !PLACE.matcher("." + said).find();
        }
    }
}
