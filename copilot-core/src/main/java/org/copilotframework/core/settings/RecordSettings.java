package org.copilotframework.core.settings;

import io.smallrye.config.SmallRyeConfig;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Name;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.core.secret.Redaction;
import org.copilotframework.core.secret.Secrets;
import org.jspecify.annotations.Nullable;

/** Binds a record to the keys below a prefix, by hand: SmallRye would keep a class that it maps. */
final class RecordSettings<T extends Record> {
    private final SmallRyeConfig config;
    private final Values values;
    private final Path base;
    private final String prefix;
    private final Class<T> type;
    private final SecretTexts texts;
    private final Redaction redaction;
    private final Problems problems;
    private String plugin = "";
    private Map<String, String> taken = new HashMap<>();
    private boolean grouped;

    /**
     * Begins.
     *
     * @param secrets the secrets; null for settings that may refer to none
     */
    RecordSettings(
            SmallRyeConfig config,
            Path base,
            @Nullable Secrets secrets,
            Redaction redaction,
            String prefix,
            Class<T> type) {
        this(config, base, new SecretTexts(secrets), redaction, prefix, type);
    }

    private RecordSettings(
            SmallRyeConfig config, Path base, SecretTexts texts, Redaction redaction, String prefix, Class<T> type) {
        this.texts = texts;
        this.redaction = redaction;
        this.problems = new Problems(redaction);
        this.config = config;
        this.values = new Values(config);
        this.base = base;
        this.prefix = prefix;
        this.type = type;
    }

    /**
     * Refuses variables of the environment that another plugin was given: COPILOT_PLUGIN_A_B_KEY is the setting {@code key} of
     * {@code a-b} and {@code b-key} of {@code a}, and only whoever wrote it knows which.
     *
     * @param id which plugin reads
     * @param variables which plugin each variable was given to; what is read here is added
     * @return this
     */
    RecordSettings<T> notTakenBy(String id, Map<String, String> variables) {
        plugin = id;
        taken = variables;
        return this;
    }

    /**
     * Reads records within the record, too, from the keys below theirs. For a face, whose name is nobody else's beginning.
     *
     * @return this
     */
    RecordSettings<T> grouped() {
        grouped = true;
        return this;
    }

    T read() {
        Set<String> keys = new LinkedHashSet<>();
        List<String> groups = new ArrayList<>();
        List<@Nullable Object> arguments = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Name name = component.getAnnotation(Name.class);
            String key = name == null ? dashed(component.getName()) : name.value();
            if (grouped && component.getType().isRecord()) {
                groups.add(key);
                arguments.add(group(prefix + key + ".", component.getType().asSubclass(Record.class)));
                continue;
            }
            keys.add(key);
            arguments.add(value(prefix + key, component));
        }
        UnknownKeys unknown = new UnknownKeys(config, problems);
        unknown.below(prefix, List.copyOf(keys));
        if (grouped) {
            unknown.groups(prefix, groups);
        }
        problems.raise();
        return MadeRecord.of(type, arguments.toArray(), prefix, problems);
    }

    /** A record within the record; null if anything of it is wrong, which is told with what else is. */
    private @Nullable Record group(String below, Class<? extends Record> of) {
        try {
            return new RecordSettings<>(config, base, texts, redaction, below, of).read();
        } catch (InvalidRequestException wrong) {
            problems.other(wrong.getMessage());
            return null;
        }
    }

    /** The key of a name in Java: {@code max-files} for maxFiles. */
    static String dashed(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private @Nullable Object value(String key, RecordComponent component) {
        if (key.indexOf('.', prefix.length()) >= 0) {
            problems.other(key
                    + " cannot be a setting here: it may be one of somebody whose name goes on with what stands before"
                    + " the dot; give it a name without one");
            return null;
        }
        Class<?> raw = component.getType();
        boolean optional = raw == Optional.class;
        boolean list = raw == List.class;
        Class<?> element = optional || list ? SettingType.argument(component.getGenericType()) : raw;
        SettingType form = SettingType.of(element, base);
        if (form == null) {
            problems.other(key + " cannot be a setting: its type is "
                    + component.getGenericType().getTypeName()
                    + "; use text, a number, a boolean, an enum, Duration, Path, URI, Secret, or a List or"
                    + " Optional of one of these");
            return null;
        }
        List<Value> written = list ? elements(key) : single(key);
        // What refers to a secret as it was before, and there is none, is not set.
        int wrong = problems.count();
        List<Object> found = written == null ? null : parsed(key, written, form);
        boolean nothing = found == null || (found.isEmpty() && problems.count() == wrong);
        if (nothing) {
            List<Value> fallback = fallback(component, list);
            found = fallback == null ? null : parsed(key, fallback, form);
        }
        if (found == null) {
            if (!optional) {
                problems.missing(key, list ? form.expected() + ", or several, separated by commas," : form.expected());
            }
            return optional ? Optional.empty() : null;
        }
        if (list) {
            return List.copyOf(found);
        } else if (optional) {
            return found.stream().findFirst();
        }
        return found.isEmpty() ? null : found.get(0);
    }

    /** Those of the values that stand for something and have the form. */
    private List<Object> parsed(String key, List<Value> written, SettingType form) {
        List<Object> parsed = new ArrayList<>();
        for (Value one : written) {
            if (form.type() == Secret.class) {
                Secret secret = texts.secret(key, one, problems);
                if (secret != null) {
                    parsed.add(secret);
                }
                continue;
            }
            String text = texts.text(key, one, problems);
            if (text != null) {
                parse(key, one, text, form).ifPresent(parsed::add);
            }
        }
        return parsed;
    }

    private Optional<Object> parse(String key, Value value, String text, SettingType form) {
        try {
            return Optional.of(form.parse(text));
        } catch (Exception wrong) {
            // The JDK's parsers differ in what they throw and say; what is expected is said in our words.
            problems.value(key, value, form.expected());
            return Optional.empty();
        }
    }

    private @Nullable List<Value> single(String key) {
        Value value = own(key);
        return value == null ? null : List.of(value);
    }

    private @Nullable Value own(String key) {
        Value value = values.of(key, problems);
        if (value == null || !value.isOfEnvironment()) {
            return value;
        }
        String other = taken.putIfAbsent(Problems.environment(key), plugin);
        if (other == null || other.equals(plugin)) {
            return value;
        }
        problems.taken(key, value, other);
        return null;
    }

    /** One value with commas, or one key for each element: {@code key[0]}, {@code key[1]}. */
    private @Nullable List<Value> elements(String key) {
        Value whole = own(key);
        if (whole != null) {
            return whole.split();
        }
        List<Value> found = new ArrayList<>();
        for (int index : config.getIndexedPropertiesIndexes(key)) {
            Value value = own(key + "[" + index + "]");
            if (value != null) {
                found.add(value);
            }
        }
        return found.isEmpty() ? null : found;
    }

    private static @Nullable List<Value> fallback(RecordComponent component, boolean list) {
        Default fallback = component.getAnnotation(Default.class);
        if (fallback == null) {
            return null;
        }
        // A plugin wrote it: it refers to nothing, so that a plugin cannot name a secret itself.
        Value value = Value.literal(fallback.value(), "its @Default");
        return list ? value.split() : List.of(value);
    }
}
