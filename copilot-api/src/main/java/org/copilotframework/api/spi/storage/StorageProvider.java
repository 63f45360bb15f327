package org.copilotframework.api.spi.storage;

import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.spi.ProviderContext;
import org.pf4j.ExtensionPoint;

/**
 * Opens a store by its URL. Found by {@link java.util.ServiceLoader} on the class path of the application, or by the extension
 * index of a plugin whose manifest says {@code Copilot-Plugin-Kind: provider}.
 */
public interface StorageProvider extends ExtensionPoint {
    /**
     * The provider's name: its settings are {@code copilot.storage.<name>.*}.
     *
     * @return such as {@code jdbc}; lower-case letters, digits and dashes
     */
    String name();

    /**
     * The URL schemes this provider opens.
     *
     * @return such as {@code memory}; lower case
     */
    Set<String> schemes();

    /**
     * Opens a store. Does not change its schema. For a provider in a plugin, the thread's context class loader is the plugin's
     * own meanwhile; the store that is opened is called by threads with any context class loader.
     *
     * @param url which store
     * @param context the provider's settings
     * @return the store; the caller closes it
     * @throws org.copilotframework.api.error.InvalidRequestException if the URL or a setting has a wrong form
     * @throws org.copilotframework.api.error.UnavailableException if the store cannot be reached
     */
    Storage open(StorageUrl url, ProviderContext context);

    /**
     * Shows what {@link Storage#migrate} makes, in the form in which the store's users make such things by other means: a
     * CloudFormation template, a script. Nothing is opened or asked for that. {@code copilot migrate --print} prints it.
     *
     * @param url which store
     * @return the text; empty if there is nothing to make, or only the migration can
     * @throws org.copilotframework.api.error.InvalidRequestException if the URL has a wrong form
     */
    default Optional<String> schema(StorageUrl url) {
        return Optional.empty();
    }
}
