package org.copilotframework.api.spi;

import java.nio.file.Path;
import org.copilotframework.api.ImplementedByHost;

/**
 * What the host gives to a provider when it opens a service. Implemented by the host only, so it may grow. Safe for use by
 * several threads.
 */
@ImplementedByHost
public interface ProviderContext {
    /**
     * Reads the provider's settings into a record, as {@link
     * org.copilotframework.api.plugin.PluginContext#settings(Class)} does for a plugin. The provider's documentation names the
     * prefix: a storage provider named {@code jdbc} is set by {@code copilot.storage.jdbc.*}, in the environment {@code
     * COPILOT_STORAGE_JDBC_*}.
     *
     * @param type the record's type; a provider has one such record, which names all its settings
     * @param <T> the record's type
     * @return the settings as they were when the orchestrator started
     * @throws org.copilotframework.api.error.InvalidRequestException if a value is missing or does not fit, with all that is
     *     wrong at once
     * @throws org.copilotframework.api.error.UnavailableException if a text refers to a secret whose source fails
     */
    <T extends Record> T settings(Class<T> type);

    /**
     * The folder that holds all that the orchestrator keeps on the local disk. A relative path in a provider's URL begins at
     * the working directory, not here.
     *
     * @return an absolute path; the folder may not be there yet
     */
    Path home();
}
