package org.copilotframework.core.settings;

import io.smallrye.config.SmallRyeConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.copilotframework.core.secret.Secrets;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that are known at any moment: what was read from their sources, and what is written among the settings as it is, by a
 * name that says so. Of either also what is the password of a URL or the like.
 */
final class KnownSecrets implements Supplier<List<String>> {
    /** What somebody typed himself may be any word, such as that of this project, and a word is not taken out of messages. */
    private static final Pattern WORD = Pattern.compile("[a-z]{0,9}|.{0,5}");

    private static final Pattern ONE_REFERENCE = Pattern.compile("\\$\\{[^}]*}");

    private final SmallRyeConfig config;
    private volatile @Nullable Secrets secrets;
    private volatile @Nullable List<String> typed;
    private volatile @Nullable Last last;

    /**
     * What was told last.
     *
     * @param read what had been read from sources
     * @param known all
     */
    private record Last(List<String> read, List<String> known) {}

    KnownSecrets(SmallRyeConfig config) {
        this.config = config;
    }

    void add(Secrets read) {
        secrets = read;
    }

    @Override
    public List<String> get() {
        Secrets sources = secrets;
        List<String> read = sources == null ? List.of() : sources.values();
        Last told = last;
        if (told == null || !told.read().equals(read)) {
            told = new Last(read, all(read));
            last = told;
        }
        return told.known();
    }

    private List<String> all(List<String> read) {
        List<String> written = typed;
        if (written == null) {
            written = typed();
            typed = written;
        }
        Set<String> known = new LinkedHashSet<>(written);
        for (String value : read) {
            known.add(value);
            known.addAll(SecretParts.of(value));
        }
        return List.copyOf(known);
    }

    private List<String> typed() {
        Set<String> found = new LinkedHashSet<>();
        for (ConfigSource source : config.getConfigSources()) {
            for (String name : source.getPropertyNames()) {
                String raw = source.getValue(name);
                String meant = expanded(name);
                if (meant != null) {
                    add(found, name, meant);
                }
                if (raw != null && (meant == null || !ONE_REFERENCE.matcher(raw).matches())) {
                    add(found, name, raw);
                }
            }
        }
        return List.copyOf(found);
    }

    /** The value with what it refers to; null if there is none, which is told elsewhere. */
    private @Nullable String expanded(String name) {
        try {
            return config.getConfigValue(name).getValue();
        } catch (RuntimeException unresolved) {
            return null;
        }
    }

    private static void add(Set<String> found, String name, String value) {
        SecretParts.of(value).forEach(part -> add(found, part));
        if (Problems.Hidden.isSecret(name)) {
            add(found, value);
        }
    }

    private static void add(Set<String> found, String value) {
        boolean refers = SecretReferences.isReferring(value) || value.indexOf(SecretReferences.BEGIN) >= 0;
        if (!refers && !WORD.matcher(value).matches()) {
            found.add(value);
        }
    }
}
