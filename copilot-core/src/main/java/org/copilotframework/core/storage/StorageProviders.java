package org.copilotframework.core.storage;

import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;

/** Finds the store for a URL among the providers on a class path. */
public final class StorageProviders {
    private static final String SETTING = "copilot.storage.url (in the environment DATABASE_URL)";

    private StorageProviders() {}

    /**
     * Opens the store that a URL names. Of the URL only the scheme is ever shown, for the rest may hold a password.
     *
     * @param url which store
     * @param loader where to look for providers
     * @param contexts what a provider of a name is given
     * @return the store; the caller closes it
     * @throws InvalidRequestException if no provider knows the scheme, two providers claim one scheme, or the provider refuses
     *     the URL
     * @throws IllegalStateException if a provider on the class path cannot be made
     */
    public static Storage open(String url, ClassLoader loader, Function<String, ProviderContext> contexts) {
        Map<String, StorageProvider> providers = byScheme(loader);
        StorageUrl parsed;
        try {
            parsed = StorageUrl.parse(url);
        } catch (InvalidRequestException wrong) {
            throw new InvalidRequestException(SETTING + ": " + wrong.getMessage()
                    + ", such as memory:local; known schemes: " + String.join(", ", providers.keySet()));
        }
        StorageProvider provider = providers.get(parsed.scheme());
        if (provider == null) {
            throw new InvalidRequestException(SETTING + ": no storage provider on the class path opens '"
                    + parsed.scheme() + "'; known schemes: " + String.join(", ", providers.keySet()));
        }
        return provider.open(parsed, contexts.apply(provider.name()));
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
