package org.copilotframework.storage.tck;

import java.nio.file.Path;
import java.util.Map;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;

/**
 * What the kit needs to know about a store: who opens it, where it is and how it is set. The store may be used by all kit
 * classes one after the other, since each test works for tenants of its own; but it is the kit's alone, for the kit deletes
 * what is old in it and empties its outbox.
 */
public interface StoreUnderTest {
    /**
     * Who opens the store. For the tests that start a process of their own, its class must be public and have a public
     * constructor without parameters, as {@link java.util.ServiceLoader} demands anyway.
     *
     * @return the provider
     */
    StorageProvider provider();

    /**
     * Where the store is.
     *
     * @return its URL, as a user writes it; always the same
     */
    String url();

    /**
     * The provider's settings, without their prefix.
     *
     * @return by name, such as {@code timeout=2s}
     */
    default Map<String, String> settings() {
        return Map.of();
    }

    /**
     * What {@link ProviderContext#home()} shows.
     *
     * @return an absolute path; by default {@code target/storage-kit} below the working directory
     */
    default Path home() {
        return Path.of("target", "storage-kit").toAbsolutePath();
    }

    /**
     * About how many commits a test makes that makes many.
     *
     * @return 500 unless the backend is slow; at least 50
     */
    default int commits() {
        return 500;
    }

    /**
     * What a provider is given to read its settings.
     *
     * @return a context that reads {@link #settings()} as the orchestrator would
     */
    default ProviderContext context() {
        return new KitContext(settings(), home());
    }

    /**
     * Opens the store.
     *
     * @return the store, which the caller closes
     */
    default Storage open() {
        return provider().open(StorageUrl.parse(url()), context());
    }
}
