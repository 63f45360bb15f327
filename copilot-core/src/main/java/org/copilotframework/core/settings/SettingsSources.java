package org.copilotframework.core.settings;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigSourceInterceptorFactory;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.MapBackedConfigSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.secret.Redaction;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from. What comes first wins: what the application says itself, system properties, the environment, {@code
 * .env} in the working directory, {@code copilot.properties} in {@code copilot.home}, {@code copilot.properties} in the working
 * directory, the application's defaults, and what stands where nothing is set. Within one source a key for the profile ({@code %prod.copilot.invoke.timeout})
 * wins.
 */
public final class SettingsSources {
    private static final int OVERRIDES = 500;
    private static final int SYSTEM = 400;
    private static final int ENVIRONMENT = 300;
    private static final int DOT_ENV = 290;
    private static final int HOME = 280;
    private static final int WORKING_DIRECTORY = 270;
    private static final int DEFAULTS = 100;

    static final String ENVIRONMENT_NAME = "the environment";
    static final String DOT_ENV_NAME = ".env";

    private final Map<String, String> overrides = new HashMap<>();
    private final Map<String, String> defaults = new HashMap<>();
    private Map<String, String> environment = System.getenv();
    private Properties system = System.getProperties();
    private Path workingDirectory = Path.of("").toAbsolutePath();

    /** Begins with the sources of this process. */
    public SettingsSources() {}

    /**
     * Adds what the application says itself, which wins over all else.
     *
     * @param values values by whole key, such as {@code copilot.invoke.timeout}
     * @return this
     */
    public SettingsSources overrides(Map<String, String> values) {
        overrides.putAll(values);
        return this;
    }

    /**
     * Adds what the application wants where nothing else says anything.
     *
     * @param values values by whole key
     * @return this
     */
    public SettingsSources defaults(Map<String, String> values) {
        defaults.putAll(values);
        return this;
    }

    /**
     * Takes other variables than those of this process.
     *
     * @param variables the variables
     * @return this
     */
    public SettingsSources environment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
        return this;
    }

    /**
     * Takes other system properties than those of this process.
     *
     * @param properties the properties
     * @return this
     */
    public SettingsSources systemProperties(Map<String, String> properties) {
        Properties copy = new Properties();
        copy.putAll(properties);
        system = copy;
        return this;
    }

    /**
     * Reads files from another folder than the one this process was started in; relative paths among the settings begin there
     * too.
     *
     * @param folder the folder
     * @return this
     */
    public SettingsSources workingDirectory(Path folder) {
        workingDirectory = folder.toAbsolutePath();
        return this;
    }

    /**
     * Reads all sources once. Settings that refer to a secret of a source that a plugin brings are not there before {@link
     * LoadedSettings#complete}.
     *
     * @return the settings, to be closed
     * @throws InvalidRequestException if anything is wrong with core's own settings, with all that is wrong at once
     * @throws org.copilotframework.api.error.UnavailableException if a setting refers to a secret whose source fails
     */
    public LoadedSettings load() {
        Early early = early();
        return LoadedSettings.of(early.config(), workingDirectory, variables(), early.home());
    }

    /**
     * How long ended runs are kept, for who needs nothing else: no secret is asked for, and no source of secrets opened.
     *
     * @return the setting {@code copilot.runs.keep}
     * @throws InvalidRequestException if it is wrong
     */
    public Duration runsKeep() {
        CoreCheck check = new CoreCheck(early().config(), workingDirectory, new Redaction(List::of));
        return check.single(CoreSettings.RUNS_KEEP);
    }

    /** The settings, as far as they can be read without secrets. */
    private record Early(SmallRyeConfig config, Path home) {}

    private Early early() {
        List<ConfigSource> sources = sources();
        // Profile and home are settings themselves, which the other sources decide.
        Values first = new Values(configured(sources, null));
        Path home = workingDirectory.resolve(early(first, CoreSettings.HOME));
        String profile = early(first, CoreSettings.ENVIRONMENT).toLowerCase(Locale.ROOT);

        Path file = home.resolve("copilot.properties");
        if (!file.normalize()
                .equals(workingDirectory.resolve("copilot.properties").normalize())) {
            sources.add(new NamedValues(file.toString(), SettingsFiles.properties(file), HOME));
        }
        return new Early(configured(sources, profile), home.normalize());
    }

    /** The environment, in front of what a {@code .env} says. */
    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>(SettingsFiles.dotEnv(workingDirectory.resolve(".env")));
        // One that is set to nothing counts as not set: many a tool does so with what is not there.
        environment.forEach((name, value) -> variables.merge(name, value, (file, set) -> set.isEmpty() ? file : set));
        return variables;
    }

    /** Whether a source was written for us alone. The system properties, the environment and .env are shared with others. */
    static boolean isOurs(ConfigSource source) {
        int ordinal = source.getOrdinal();
        return ordinal == OVERRIDES || ordinal == HOME || ordinal == WORKING_DIRECTORY || ordinal == DEFAULTS;
    }

    /** How a message names a source. */
    static String named(ConfigSource source) {
        return switch (source.getOrdinal()) {
            case ENVIRONMENT -> ENVIRONMENT_NAME;
            case DOT_ENV -> DOT_ENV_NAME;
            default -> source.getOrdinal() < WORKING_DIRECTORY ? "the default" : source.getName();
        };
    }

    private List<ConfigSource> sources() {
        Map<String, String> properties = new HashMap<>();
        for (String name : system.stringPropertyNames()) {
            properties.put(name, system.getProperty(name));
        }
        Path file = workingDirectory.resolve("copilot.properties");
        List<ConfigSource> sources = new ArrayList<>();
        sources.add(new NamedValues("the application", overrides, OVERRIDES));
        sources.add(new NamedValues("the system properties", properties, SYSTEM));
        sources.add(new EnvConfigSource(environment, ENVIRONMENT));
        sources.add(new EnvConfigSource(SettingsFiles.dotEnv(workingDirectory.resolve(".env")), DOT_ENV));
        sources.add(new NamedValues(file.toString(), SettingsFiles.properties(file), WORKING_DIRECTORY));
        sources.add(new NamedValues("the default", defaults, DEFAULTS));
        return sources;
    }

    private static String early(Values values, Setting<?> setting) {
        Value value = values.of(setting.key(), new Problems(new Redaction(List::of)));
        if (value != null && value.holdsSecret()) {
            throw new InvalidRequestException("a setting is wrong: " + setting.key()
                    + " refers to a secret, and cannot: it is needed to find where secrets come from");
        } else if (value == null) {
            throw new InvalidRequestException(
                    "a setting is wrong: " + setting.key() + " is empty, or refers to a value that is not set");
        }
        return value.form();
    }

    /**
     * Nothing is discovered: what is on the class path of an application does not change what a setting means. Nothing is mapped
     * and no converter is asked: SmallRye finds the texts, and what they mean is said here, in the same words for core's own
     * settings and for those of plugins.
     */
    private static SmallRyeConfig configured(List<ConfigSource> sources, @Nullable String profile) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .forClassLoader(SettingsSources.class.getClassLoader())
                .addDefaultInterceptors()
                .withInterceptorFactories(new Referring())
                .withValidateUnknown(false)
                .withSources(sources);
        for (Setting<?> setting : CoreSettings.all()) {
            if (setting.fallback() != null) {
                builder.withDefaultValue(setting.key(), setting.fallback());
            }
        }
        if (profile != null) {
            builder.withProfile(profile);
        }
        return builder.build();
    }

    /** Puts {@link SecretReferences} where it belongs. */
    private static final class Referring implements ConfigSourceInterceptorFactory {
        @Override
        public ConfigSourceInterceptor getInterceptor(ConfigSourceInterceptorContext context) {
            return new SecretReferences();
        }

        @Override
        public OptionalInt getPriority() {
            return OptionalInt.of(SecretReferences.PRIORITY);
        }
    }

    /** Values of one source, under the name that messages show. */
    private static final class NamedValues extends MapBackedConfigSource {
        private static final long serialVersionUID = 1L;

        NamedValues(String name, Map<String, String> values, int ordinal) {
            super(name, values, ordinal);
        }
    }
}
