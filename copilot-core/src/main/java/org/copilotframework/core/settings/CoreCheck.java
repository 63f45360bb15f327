package org.copilotframework.core.settings;

import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.copilotframework.core.secret.AwaitedSourceException;
import org.copilotframework.core.secret.Redaction;
import org.copilotframework.core.secret.Secrets;
import org.jspecify.annotations.Nullable;

/** Reads core's own settings into their types. All problems are told at once and in our words. */
final class CoreCheck {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[A-Z_]+:(.*)}");

    private final SmallRyeConfig config;
    private final Path base;
    private final Redaction redaction;
    private Problems problems;
    private final CoreValues read = new CoreValues();
    private Map<String, Set<String>> roles = Map.of();

    /** Those that refer to secrets of a source that is not there yet. */
    private final Map<Setting<?>, Value> awaiting = new LinkedHashMap<>();

    CoreCheck(SmallRyeConfig config, Path base, Redaction redaction) {
        this.config = config;
        this.base = base;
        this.redaction = redaction;
        this.problems = new Problems(redaction);
    }

    /** Reads those without which no secret is found. What is wrong with them is told with the rest. */
    CoreValues beforeSecrets() {
        for (Setting<?> setting : CoreSettings.all()) {
            if (CoreSettings.BEFORE_SECRETS.contains(setting)) {
                check(setting, new SecretTexts(null));
            }
        }
        return read;
    }

    /** Reads one that refers to no secret, and nothing else. */
    <T> T single(Setting<T> setting) {
        check(setting, new SecretTexts(null));
        problems.raise();
        return read.of(setting);
    }

    /** Reads the others, but for those that need a source that is not there yet. */
    CoreValues run(Secrets secrets) {
        readOthers(secrets);
        problems.raise();
        return read;
    }

    /**
     * Reads the others, and puts in the place of each that is wrong what stands where nothing is set, so that what depends on them can be
     * looked at as well. Who writes his environment wrongly means none of a developer.
     *
     * @param wrong where it is told what is wrong
     */
    CoreValues look(Secrets secrets, List<String> wrong) {
        readOthers(secrets);
        wrong.addAll(problems.found());
        for (Setting<?> setting : CoreSettings.all()) {
            if (!isSet(setting) && !awaiting.containsKey(setting)) {
                String standing = standIn(setting);
                check(setting, standing, standing == null ? null : Value.literal(standing, "the default"));
            }
        }
        return read;
    }

    private static @Nullable String standIn(Setting<?> setting) {
        String fallback = setting.equals(CoreSettings.ENVIRONMENT) ? "prod" : setting.fallback();
        Matcher reference = REFERENCE.matcher(fallback == null ? "" : fallback);
        String standing = reference.matches() ? reference.group(1) : fallback;
        return standing == null || standing.isEmpty() ? null : standing;
    }

    private void readOthers(Secrets secrets) {
        SecretTexts texts = new SecretTexts(secrets);
        List<Setting<?>> all = CoreSettings.all();
        for (Setting<?> setting : all) {
            if (!CoreSettings.BEFORE_SECRETS.contains(setting)) {
                check(setting, texts);
            }
        }
        roles = RoleTable.read(config, problems);
        together();
        new UnknownKeys(config, problems)
                .ofCore(all.stream().map(Setting::key).collect(Collectors.toCollection(TreeSet::new)));
    }

    boolean isSet(Setting<?> setting) {
        return read.optional(setting).isPresent();
    }

    List<String> unfit(boolean loopback) {
        return ProductionRules.broken(read, loopback);
    }

    /** {@return which scopes each role stands for} */
    Map<String, Set<String>> roles() {
        return roles;
    }

    /** Reads what {@link #run} left, now that all sources are there. */
    void complete(Secrets secrets) {
        if (!awaiting.isEmpty()) {
            problems = new Problems(redaction);
            SecretTexts texts = new SecretTexts(secrets);
            awaiting.forEach((setting, value) -> check(setting, text(setting, value, texts), value));
            awaiting.clear();
            together();
            problems.raise();
        }
    }

    private void check(Setting<?> setting, SecretTexts texts) {
        Value value = new Values(config).of(setting.key(), problems);
        try {
            check(setting, value == null ? null : text(setting, value, texts), value);
        } catch (AwaitedSourceException early) {
            if (CoreSettings.BEFORE_PLUGINS.contains(setting)) {
                problems.other(
                        setting.key() + " refers to a secret, and the source '" + early.source()
                                + "', which is asked for it, comes from a plugin at best: plugins are found by this setting, so its"
                                + " secret must be found in a source before that one in copilot.secrets.sources, such as env or file");
            } else if (value != null) {
                awaiting.put(setting, value);
            }
        }
    }

    private @Nullable String text(Setting<?> setting, Value value, SecretTexts texts) {
        return texts.text(setting.key(), value, problems);
    }

    private void check(Setting<?> setting, @Nullable String text, @Nullable Value value) {
        if (text == null || value == null) {
            if (!setting.optional()) {
                problems.missing(setting.key(), form(setting.type()).expected());
            }
            return;
        }
        SettingType form = form(setting.type());
        try {
            Object parsed = form.parse(text);
            String lack = setting.lack(parsed);
            if (lack == null) {
                read.put(setting, parsed);
            } else {
                problems.value(setting.key(), value, lack);
            }
        } catch (Exception wrong) {
            // The JDK's parsers differ in what they throw and say; what is expected is said in our words.
            problems.value(setting.key(), value, form.expected());
        }
    }

    /** What must hold between settings. A value that is wrong by itself is not compared. */
    private void together() {
        Optional<Duration> timeout = read.optional(CoreSettings.INVOKE_TIMEOUT);
        Optional<Duration> most = read.optional(CoreSettings.INVOKE_MAX_TIMEOUT);
        if (timeout.isPresent() && most.isPresent() && timeout.get().compareTo(most.get()) > 0) {
            problems.other(
                    "copilot.invoke.timeout is longer than copilot.invoke.max-timeout; lower the one or raise the"
                            + " other");
        }
        if (read.optional(CoreSettings.PLUGINS_TRUST)
                        .filter(trust -> trust == PluginSettings.Trust.SIGNED)
                        .isPresent()
                && read.optional(CoreSettings.TRUSTSTORE_PATH).isEmpty()) {
            problems.other(
                    "copilot.plugins.trust is signed, but copilot.plugins.truststore.path does not say by whom; set"
                            + " it to a PKCS12 or JKS file of certificates");
        }
        Optional<ByteSize> archive = read.optional(CoreSettings.LIMITS_ARCHIVE_BYTES);
        Optional<ByteSize> unpacked = read.optional(CoreSettings.LIMITS_UNPACKED_BYTES);
        if (archive.isPresent()
                && unpacked.isPresent()
                && archive.get().bytes() > unpacked.get().bytes()) {
            problems.other(
                    "copilot.plugins.limits.archive-bytes is more than copilot.plugins.limits.unpacked-bytes; lower the"
                            + " one or raise the other");
        }
    }

    private SettingType form(Class<?> type) {
        return Objects.requireNonNull(SettingType.of(type, base), type::getName);
    }
}
