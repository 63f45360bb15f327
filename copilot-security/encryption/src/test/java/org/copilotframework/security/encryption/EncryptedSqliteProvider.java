package org.copilotframework.security.encryption;

import java.util.Set;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.storage.jdbc.JdbcStorageProvider;

/** Opens an encrypted store in a file, for the kit. */
public final class EncryptedSqliteProvider implements StorageProvider {
    /** For {@link java.util.ServiceLoader}. */
    public EncryptedSqliteProvider() {}

    @Override
    public String name() {
        return "encrypted-sqlite";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("encrypted-sqlite");
    }

    @Override
    public Storage open(StorageUrl url, ProviderContext context) {
        StorageUrl file = StorageUrl.parse("sqlite:" + url.path());
        return EncryptedMemoryProvider.encrypted(new JdbcStorageProvider().open(file, context));
    }
}
