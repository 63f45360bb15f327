package org.copilotframework.core.storage;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;

/** Finds the store for a URL among the providers on a class path. */
public final class StorageProviders {
    private static final String SETTING = "copilot.storage.url (in the environment DATABASE_URL)";

    private StorageProviders() {}

    /**
     * Opens the store that a URL names. Of the URL only the scheme is ever shown, for the rest may hold a password.
     *
     * @param url which store
     * @param loader where to look for providers
     * @return the store; the caller closes it
     * @throws InvalidRequestException if no provider knows the scheme, two providers claim one scheme, or the provider refuses
     *     the URL
     * @throws IllegalStateException if a provider on the class path cannot be made
     */
    public static Storage open(URI url, ClassLoader loader) {
        Map<String, StorageProvider> providers = byScheme(loader);
        String scheme = url.getScheme();
        if (scheme == null) {
            throw new InvalidRequestException(SETTING + ": must begin with a scheme, such as 'memory:local'; known"
                    + " schemes: " + String.join(", ", providers.keySet()));
        }
        StorageProvider provider = providers.get(scheme.toLowerCase(Locale.ROOT));
        if (provider == null) {
            throw new InvalidRequestException(SETTING + ": no storage provider on the class path opens '" + scheme
                    + "'; known schemes: " + String.join(", ", providers.keySet()));
        }
        return provider.open(url);
    }

    private static Map<String, StorageProvider> byScheme(ClassLoader loader) {
        Map<String, StorageProvider> providers = new TreeMap<>();
        try {
            for (StorageProvider provider : ServiceLoader.load(StorageProvider.class, loader)) {
                for (String scheme : provider.schemes()) {
                    StorageProvider other = providers.putIfAbsent(scheme, provider);
                    if (other != null) {
                        throw new InvalidRequestException("two storage providers open '" + scheme + "': "
                                + other.getClass().getName() + " and "
                                + provider.getClass().getName() + "; take one off the class path");
                    }
                }
            }
        } catch (ServiceConfigurationError broken) {
            throw new IllegalStateException(
                    "a storage provider on the class path cannot be used: " + broken.getMessage(), broken);
        }
        return providers;
    }
}
