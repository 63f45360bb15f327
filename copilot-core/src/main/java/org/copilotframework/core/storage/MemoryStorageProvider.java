package org.copilotframework.core.storage;

import java.util.Set;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;

/** Opens a new, empty store in memory for each URL of the scheme {@code memory}, such as {@code memory:local}. */
public final class MemoryStorageProvider implements StorageProvider {
    /** How many runs that have ended a store keeps unless the embedder makes one of his own. */
    public static final int RUNS_KEPT = 10_000;

    /** For {@link java.util.ServiceLoader}. */
    public MemoryStorageProvider() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public Storage open(StorageUrl url, ProviderContext context) {
        return new MemoryStorage(RUNS_KEPT);
    }
}
