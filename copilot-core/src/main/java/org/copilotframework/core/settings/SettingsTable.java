package org.copilotframework.core.settings;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.core.ShownSetting;
import org.copilotframework.core.secret.Redaction;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** All settings that are set or have a default, as an operator may see them. Nothing is opened, and no secret is asked for. */
final class SettingsTable {
    private static final String PREFIX = "copilot.";
    private static final String VARIABLE = "COPILOT_";
    private static final String DEFAULT = "the default";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(:.*)?}");
    private static final int LONGEST = 200;

    /** Of what plugins and providers read, only they know what is a secret: so no more is shown than what can be none. */
    private static final Pattern NO_SECRET =
            Pattern.compile("true|false|[0-9]{1,6} ?(ms|s|m|h|d|B|KiB|MiB|GiB)?|PT[0-9.HMS]{1,12}|\\$\\{secret:[^}]*}");

    private static final Pattern PASSWORD_WITHIN =
            Pattern.compile("(?i)(pass\\w*|pwd|secret|token|sig|credential|key)[a-z_-]*=");

    private final SmallRyeConfig config;
    private final Values values;
    private final Problems unread;
    private final Redaction redaction;

    SettingsTable(SmallRyeConfig config) {
        this.config = config;
        this.values = new Values(config);
        this.redaction = new Redaction(new KnownSecrets(config));
        this.unread = new Problems(redaction);
    }

    /** In the order of the keys; those that a face reads among them. */
    List<ShownSetting> all(String face, Class<? extends Record> type) {
        Map<String, @Nullable String> known = new TreeMap<>();
        Set<String> secrets = new TreeSet<>();
        ofRecord(PREFIX + face + ".", type, known, secrets);
        CoreSettings.all().forEach(setting -> known.put(setting.key(), setting.fallback()));
        List<ShownSetting> all = new ArrayList<>();
        known.forEach((key, fallback) -> {
            Value value = values.of(key, unread);
            if (value != null) {
                boolean hidden = secrets.contains(key) || isHidden(key, value.shown());
                all.add(shown(key, value.shown(), hidden, source(key, value)));
            } else if (fallback != null
                    && !fallback.isEmpty()
                    && !REFERENCE.matcher(fallback).matches()) {
                all.add(new ShownSetting(key, fallback, false, DEFAULT));
            }
        });
        for (String key : others(known.keySet())) {
            Value value = values.of(key, unread);
            if (value != null) {
                boolean plain = RoleTable.isRole(key)
                        || NO_SECRET.matcher(value.shown()).matches();
                all.add(shown(key, value.shown(), !plain || isHidden(key, value.shown()), source(key, value)));
            }
        }
        all.sort((one, other) -> one.key().compareToIgnoreCase(other.key()));
        return all;
    }

    /** All keys that a record is read from, with those of records within it. */
    static Set<String> keys(String prefix, Class<? extends Record> type) {
        Map<String, @Nullable String> keys = new TreeMap<>();
        ofRecord(prefix, type, keys, new TreeSet<>());
        return Set.copyOf(keys.keySet());
    }

    private static void ofRecord(
            String prefix, Class<?> type, Map<String, @Nullable String> known, Set<String> secrets) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix + RecordSettings.dashed(component.getName());
            if (component.getType().isRecord()) {
                ofRecord(key + ".", component.getType(), known, secrets);
                continue;
            }
            Default fallback = component.getAnnotation(Default.class);
            known.put(key, fallback == null ? null : fallback.value());
            if (component.getGenericType().getTypeName().contains(Secret.class.getName())) {
                secrets.add(key);
            }
        }
    }

    /** What only a plugin or a provider reads, or nobody. */
    private Set<String> others(Set<String> known) {
        Set<String> keys = new TreeSet<>();
        Set<String> variables = new TreeSet<>();
        for (ConfigSource source : config.getConfigSources()) {
            for (String name : source.getPropertyNames()) {
                if (source instanceof EnvConfigSource) {
                    variables.add(Problems.environment(name));
                } else if (UnknownKeys.withoutProfile(name).startsWith(PREFIX)) {
                    keys.add(UnknownKeys.withoutProfile(name));
                }
            }
        }
        keys.removeAll(known);
        known.forEach(key -> variables.remove(Problems.environment(key)));
        keys.forEach(key -> variables.remove(Problems.environment(key)));
        variables.removeIf(name -> !name.startsWith(VARIABLE));
        keys.addAll(variables);
        return keys;
    }

    private boolean isHidden(String key, String value) {
        return Problems.Hidden.isSecret(key)
                || Problems.Hidden.holdsUser(value)
                || PASSWORD_WITHIN.matcher(value).find()
                || redaction.isNeeded(value);
    }

    private static ShownSetting shown(String key, String value, boolean hidden, String source) {
        String printable = value.replaceAll("\\p{Cntrl}", "?");
        String fitting = printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "...";
        return new ShownSetting(key, hidden ? ShownSetting.HIDDEN : fitting, hidden, source);
    }

    /** Where it was written; of a default that refers to a variable, where that was. */
    private String source(String key, Value value) {
        String at = key;
        Value found = value;
        while (found.source().equals(DEFAULT)) {
            Matcher reference = REFERENCE.matcher(raw(at));
            Value referred = reference.matches() ? values.of(reference.group(1), unread) : null;
            if (referred == null) {
                return DEFAULT;
            }
            at = reference.group(1);
            found = referred;
        }
        return found.isOfEnvironment() ? found.source() + " (" + Problems.environment(at) + ")" : found.source();
    }

    /** What stands there, before it is looked up what that refers to. */
    private String raw(String key) {
        String raw = config.getConfigValue(key).getRawValue();
        return raw == null ? "" : raw;
    }
}
