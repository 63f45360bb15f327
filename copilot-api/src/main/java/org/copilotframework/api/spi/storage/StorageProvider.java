package org.copilotframework.api.spi.storage;

import java.net.URI;
import java.util.Set;

/**
 * Opens a store by its URL. Found by {@link java.util.ServiceLoader} on the class path of the application.
 */
public interface StorageProvider {
    /**
     * The URL schemes this provider opens.
     *
     * @return such as {@code memory}; lower case
     */
    Set<String> schemes();

    /**
     * Opens a store.
     *
     * @param url which store
     * @return the store, ready for use; the caller closes it
     * @throws org.copilotframework.api.error.InvalidRequestException if the URL has a wrong form; never shows a password
     * @throws org.copilotframework.api.error.UnavailableException if the store cannot be reached
     */
    Storage open(URI url);
}
