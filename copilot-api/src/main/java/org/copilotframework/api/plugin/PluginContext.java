package org.copilotframework.api.plugin;

import java.nio.file.Path;
import org.copilotframework.api.ImplementedByHost;
import org.copilotframework.api.agent.JsonCodec;
import org.slf4j.Logger;

/**
 * What the host gives to a plugin when one generation of it starts. Implemented by the host only; valid until the generation
 * is stopped. Safe for use by several threads.
 */
@ImplementedByHost
public interface PluginContext {
    /**
     * Which plugin this is.
     *
     * @return id and version; for an agent that the application registered itself, the agent's name and the version {@code
     *     0.0.0}
     */
    PluginRef plugin();

    /**
     * Reads the plugin's settings into a record: component {@code maxFiles} from {@code copilot.plugin.<id>.max-files}, in
     * the environment {@code COPILOT_PLUGIN_<ID>_MAX_FILES}. {@link org.copilotframework.api.agent.Default} gives a value
     * where none is set, {@link org.copilotframework.api.agent.Name} another name, {@link java.util.Optional} makes a
     * component optional.
     *
     * @param type the record's type; its components may be text, numbers, booleans, enums, {@link java.time.Duration}, {@link
     *     java.nio.file.Path}, {@link java.net.URI}, {@link Secret}, lists and optionals of these
     * @param <T> the record's type
     * @return the settings as they were when the orchestrator started; a plugin has one such record, which names all its
     *     settings
     * @throws org.copilotframework.api.error.InvalidRequestException if a value is missing or does not fit, with all that is
     *     wrong at once
     * @throws org.copilotframework.api.error.UnavailableException if a text refers to a secret whose source fails
     */
    <T extends Record> T settings(Class<T> type);

    /**
     * A folder of the plugin's own on the local disk, for caches and extracted files. It is kept over restarts and versions
     * of the plugin; it is not shared between nodes.
     *
     * @return an existing folder
     */
    Path workDirectory();

    /**
     * The host's JSON for this generation of the plugin.
     *
     * @return a codec for records and JDK types
     */
    JsonCodec json();

    /**
     * A logger whose name carries the plugin's id.
     *
     * @return the logger
     */
    Logger logger();
}
