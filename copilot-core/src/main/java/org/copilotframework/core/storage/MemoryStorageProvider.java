package org.copilotframework.core.storage;

import java.net.URI;
import java.util.Set;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;

/** Opens a new, empty store in memory for each URL of the scheme {@code memory}, such as {@code memory:local}. */
public final class MemoryStorageProvider implements StorageProvider {
    /** How many runs that have ended a store keeps unless the embedder makes one of his own. */
    public static final int RUNS_KEPT = 10_000;

    /** For {@link java.util.ServiceLoader}. */
    public MemoryStorageProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public Storage open(URI url) {
        return new MemoryStorage(RUNS_KEPT);
    }
}
