package org.copilotframework.core.settings;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.ShownSetting;
import org.copilotframework.core.secret.Redaction;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Where settings come from. What comes first wins: what the application says itself, system properties, the environment, {@code
 * .env} in the working directory, {@code copilot.properties} in {@code copilot.home}, {@code copilot.properties} in the working
 * directory, the application's defaults, and what stands where nothing is set. Within one source a key for the profile ({@code %prod.copilot.invoke.timeout})
 * wins.
 */
public final class SettingsSources {
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
        return LoadedSettings.of(early.config(), workingDirectory, variables(), early.home(), null);
    }

    /**
     * Reads all sources once, for who looks for all that is wrong: for a setting of core's own that is, stands what stands where nothing
     * is set.
     *
     * @param wrong where it is told what is wrong with them, a sentence for each
     * @return the settings, to be closed
     * @throws InvalidRequestException if it cannot be found out where settings or secrets are
     * @throws org.copilotframework.api.error.UnavailableException as of {@link #load}
     */
    public LoadedSettings look(List<String> wrong) {
        Early early = early();
        return LoadedSettings.of(early.config(), workingDirectory, variables(), early.home(), wrong);
    }

    /**
     * All settings that are set or have a default. No secret is asked for, and nothing is checked.
     *
     * @param face whose settings are shown with core's own, such as {@code http}
     * @param type the record of these
     * @return in the order of their keys
     * @throws InvalidRequestException if it cannot be found out where settings are
     */
    public List<ShownSetting> show(String face, Class<? extends Record> type) {
        return new SettingsTable(early().config()).all(face, type);
    }

    /**
     * Names variables that are written for us and that nobody reads. The environment is shared with others, so that is no fault.
     *
     * @param known the keys of those who have read theirs, by their prefix
     * @return a sentence for each
     */
    public List<String> unread(Map<String, Set<String>> known) {
        UnreadVariables variables = new UnreadVariables(known);
        List<String> unread = new ArrayList<>(variables.in(environment.keySet(), Layers.ENVIRONMENT_NAME));
        unread.addAll(variables.in(
                SettingsFiles.dotEnv(workingDirectory.resolve(".env")).keySet(), Layers.DOT_ENV_NAME));
        return unread;
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
        Values first = new Values(Layers.configured(sources, null));
        Path home = workingDirectory.resolve(early(first, CoreSettings.HOME));
        String profile = early(first, CoreSettings.ENVIRONMENT).toLowerCase(Locale.ROOT);

        Path file = home.resolve("copilot.properties");
        if (!file.normalize()
                .equals(workingDirectory.resolve("copilot.properties").normalize())) {
            sources.add(Layers.values(file.toString(), SettingsFiles.properties(file), Layers.HOME));
        }
        return new Early(Layers.configured(sources, profile), home.normalize());
    }

    /** The environment, in front of what a {@code .env} says. */
    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>(SettingsFiles.dotEnv(workingDirectory.resolve(".env")));
        // One that is set to nothing counts as not set: many a tool does so with what is not there.
        environment.forEach((name, value) -> variables.merge(name, value, (file, set) -> set.isEmpty() ? file : set));
        return variables;
    }

    private List<ConfigSource> sources() {
        Map<String, String> properties = new HashMap<>();
        for (String name : system.stringPropertyNames()) {
            properties.put(name, system.getProperty(name));
        }
        Path file = workingDirectory.resolve("copilot.properties");
        List<ConfigSource> sources = new ArrayList<>();
        sources.add(Layers.values("the application", overrides, Layers.OVERRIDES));
        sources.add(Layers.values("the system properties", properties, Layers.SYSTEM));
        sources.add(new EnvConfigSource(environment, Layers.ENVIRONMENT));
        sources.add(new EnvConfigSource(SettingsFiles.dotEnv(workingDirectory.resolve(".env")), Layers.DOT_ENV));
        sources.add(Layers.values(file.toString(), SettingsFiles.properties(file), Layers.WORKING_DIRECTORY));
        sources.add(Layers.values("the default", defaults, Layers.DEFAULTS));
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
}
