package org.copilotframework.core.settings;

import io.smallrye.config.SmallRyeConfig;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.core.secret.Secrets;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that are known at any moment: what was read from their sources, and what is written among the settings as it is, by a
 * name that says so or as the password of a URL.
 */
final class KnownSecrets implements Supplier<Collection<String>> {
    /** What somebody typed himself may be any word, and a word is not taken out of messages. */
    private static final int SHORTEST_TYPED = 10;

    private static final Pattern PASSWORD_IN_URL = Pattern.compile("://[^/\\s:]*:(.+)@");

    private final SmallRyeConfig config;
    private volatile @Nullable Secrets secrets;
    private volatile @Nullable List<String> typed;

    KnownSecrets(SmallRyeConfig config) {
        this.config = config;
    }

    void add(Secrets read) {
        secrets = read;
    }

    @Override
    public Collection<String> get() {
        List<String> written = typed;
        if (written == null) {
            written = typed();
            typed = written;
        }
        Secrets read = secrets;
        List<String> known = new ArrayList<>(written);
        if (read != null) {
            known.addAll(read.values());
        }
        return known;
    }

    private List<String> typed() {
        List<String> found = new ArrayList<>();
        for (ConfigSource source : config.getConfigSources()) {
            for (String name : source.getPropertyNames()) {
                String value = source.getValue(name);
                if (value == null) {
                    continue;
                }
                String key = name.toLowerCase(Locale.ROOT).replace('_', '-');
                // Whether a password ends at the first @ or at the last is the reader's choice, so both are kept out.
                Matcher url = PASSWORD_IN_URL.matcher(value);
                if (url.find()) {
                    add(found, url.group(1));
                    add(found, decoded(url.group(1)));
                } else if (Problems.Hidden.KEY.matcher(key).find()) {
                    add(found, value);
                }
            }
        }
        return List.copyOf(found);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    private static void add(List<String> found, String value) {
        if (value.length() >= SHORTEST_TYPED && !SecretReferences.isReferring(value)) {
            found.add(value);
        }
    }
}
