package org.copilotframework.core.settings;

import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.secret.CleanWords;
import org.copilotframework.core.secret.Redaction;
import org.copilotframework.core.secret.Secrets;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one orchestrator, read once, and the secrets that they refer to. Safe for use by several threads once they are
 * {@linkplain #complete complete}.
 */
public final class LoadedSettings implements AutoCloseable {
    private final SmallRyeConfig config;
    private final CopilotSettings core;
    private final Path base;
    private final CoreCheck check;
    private final Secrets secrets;
    private final Redaction redaction;
    private final boolean referring;
    /** Which plugin each variable of the environment was taken for. */
    private final Map<String, String> taken = new ConcurrentHashMap<>();
    /** What faces and providers have read, by their prefix. */
    private final Map<String, Set<String>> known = new ConcurrentHashMap<>();

    private LoadedSettings(
            SmallRyeConfig config,
            CopilotSettings core,
            Path base,
            CoreCheck check,
            Secrets secrets,
            Redaction redaction) {
        this.config = config;
        this.core = core;
        this.base = base;
        this.check = check;
        this.secrets = secrets;
        this.redaction = redaction;
        this.referring = refersToSecrets(config);
    }

    /**
     * Loads them.
     *
     * @param wrong where it is told what is wrong with core's own, for which then stands what stands where nothing is set; null if that
     *     is to be thrown
     */
    static LoadedSettings of(
            SmallRyeConfig config, Path base, Map<String, String> variables, Path home, @Nullable List<String> wrong) {
        KnownSecrets known = new KnownSecrets(config);
        Redaction redaction = new Redaction(known);
        CoreCheck check = new CoreCheck(config, base, redaction);
        CoreValues first = check.beforeSecrets();
        // What is wrong with these two is told with the rest.
        String sources = first.optional(CoreSettings.SECRETS_SOURCES).orElse("env");
        Duration refresh = first.optional(CoreSettings.SECRETS_REFRESH).orElse(Duration.ofMinutes(5));
        Secrets secrets = null;
        try {
            secrets = Secrets.open(
                    Arrays.stream(sources.split(","))
                            .map(String::strip)
                            .filter(name -> !name.isEmpty())
                            .distinct()
                            .toList(),
                    refresh,
                    variables,
                    name -> new SourceContext(config, base, redaction, name, home),
                    Thread.currentThread().getContextClassLoader(),
                    redaction::of);
            known.add(secrets);
            CopilotSettings core = new CopilotSettings(wrong == null ? check.run(secrets) : check.look(secrets, wrong));
            return new LoadedSettings(config, core, base, check, secrets, redaction);
        } catch (RuntimeException | Error fault) {
            if (secrets != null) {
                secrets.close();
            }
            throw CleanWords.of(fault, redaction);
        }
    }

    private static boolean refersToSecrets(SmallRyeConfig config) {
        for (ConfigSource source : config.getConfigSources()) {
            for (String name : source.getPropertyNames()) {
                String value = source.getValue(name);
                if (value != null && SecretReferences.isReferring(value)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What a source of secrets is given: settings that refer to no secret. */
    private record SourceContext(SmallRyeConfig config, Path base, Redaction redaction, String name, Path home)
            implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            return new RecordSettings<>(config, base, null, redaction, "copilot.secrets." + name + ".", type).read();
        }

        @Override
        public String toString() {
            return "SourceContext[" + name + "]";
        }
    }

    /**
     * Opens the sources of secrets that plugins bring, reads what was waiting for them, and begins to keep secrets fresh if any
     * setting refers to one.
     *
     * @param plugins who may bring sources
     * @throws InvalidRequestException if a source is not known or refuses its settings, or a setting that waited for one is wrong
     * @throws org.copilotframework.api.error.UnavailableException if a setting refers to a secret whose source fails
     */
    public void complete(ProviderPlugins plugins) {
        secrets.complete(plugins);
        check.complete(secrets);
        if (referring) {
            secrets.keepFresh();
        }
    }

    /**
     * Whether any setting refers to a secret.
     *
     * @return whether it does
     */
    public boolean refersToSecrets() {
        return referring;
    }

    /**
     * Which secrets cannot be kept fresh.
     *
     * @return sentences for an operator, without any value
     */
    public List<String> troubles() {
        return secrets.troubles();
    }

    /**
     * Keeps secrets out of what others say.
     *
     * @return knows all that was read, and what is written among the settings as it is
     */
    public Redaction redaction() {
        return redaction;
    }

    /** Closes the sources of secrets. */
    @Override
    public void close() {
        secrets.close();
    }

    /**
     * Core's own settings.
     *
     * @return the settings, which were checked when they were loaded; their paths are absolute
     */
    public CopilotSettings core() {
        return core;
    }

    /**
     * A face's settings, below {@code copilot.<face>}.
     *
     * @param face which face, such as {@code http}
     * @param type the record's type
     * @param <T> the record's type
     * @return the settings
     * @throws InvalidRequestException if a value is missing or does not fit or a key is not known, with all that is wrong at once
     */
    public <T extends Record> T face(String face, Class<T> type) {
        known.put("copilot." + face + ".", SettingsTable.keys("copilot." + face + ".", type));
        return new RecordSettings<>(config, base, secrets, redaction, "copilot." + face + ".", type)
                .grouped()
                .read();
    }

    /**
     * What roles grant: the settings below {@code copilot.security.roles}.
     *
     * @return the scopes of each role
     */
    public Map<String, Set<String>> roles() {
        return check.roles();
    }

    /**
     * Whether there is the one key that needs no storage, {@code API_KEY}.
     *
     * @return whether it is set
     */
    public boolean hasApiKey() {
        return check.isSet(CoreSettings.API_KEY);
    }

    /**
     * What must be otherwise before anybody is let in over a network.
     *
     * @param loopback whether only this machine is let in
     * @return a sentence for each, with what mends it and without any secret; none for a developer who lets in nobody else
     */
    public List<String> unfit(boolean loopback) {
        return check.unfit(loopback);
    }

    /**
     * A plugin's settings, below {@code copilot.plugin.<id>}, as {@link
     * org.copilotframework.api.plugin.PluginContext#settings(Class)} promises them. Nothing of the type is kept.
     *
     * @param pluginId the plugin's id
     * @param type the record's type
     * @param <T> the record's type
     * @return the settings
     * @throws InvalidRequestException if a value is missing or does not fit, a key is not known or a variable of the environment is
     *     another plugin's, with all that is wrong at once
     */
    public <T extends Record> T plugin(String pluginId, Class<T> type) {
        return new RecordSettings<>(config, base, secrets, redaction, "copilot.plugin." + pluginId + ".", type)
                .notTakenBy(pluginId, taken)
                .read();
    }

    /**
     * A provider's settings, below {@code copilot.<kind>.<name>}, as {@link
     * org.copilotframework.api.spi.ProviderContext#settings(Class)} promises them.
     *
     * @param kind which service it provides, such as {@code storage}
     * @param name the provider's name
     * @param type the record's type
     * @param <T> the record's type
     * @return the settings
     * @throws InvalidRequestException if a value is missing or does not fit or a key is not known, with all that is wrong at once
     */
    public <T extends Record> T provider(String kind, String name, Class<T> type) {
        String prefix = "copilot." + kind + "." + name + ".";
        known.put(prefix, SettingsTable.keys(prefix, type));
        return new RecordSettings<>(config, base, secrets, redaction, prefix, type).read();
    }

    /**
     * What faces and providers have read so far.
     *
     * @return their keys, by the prefix that each has
     */
    public Map<String, Set<String>> known() {
        return Map.copyOf(known);
    }
}
