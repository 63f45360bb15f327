package org.copilotframework.security.encryption;

import java.util.Set;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.core.encryption.ValueKeys;
import org.copilotframework.core.storage.MemoryStorageProvider;

/** Opens an encrypted store in memory, for the kit. */
public final class EncryptedMemoryProvider implements StorageProvider {
    /** For {@link java.util.ServiceLoader}. */
    public EncryptedMemoryProvider() {}

    @Override
    public String name() {
        return "encrypted-memory";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("encrypted-memory");
    }

    @Override
    public Storage open(StorageUrl url, ProviderContext context) {
        return encrypted(new MemoryStorageProvider().open(url, context));
    }

    static Storage encrypted(Storage plain) {
        return new AeadEncryption(
                        Keyring.local(Keyring.SECRET, null),
                        new ValueKeys(plain.values()),
                        Keyring.SETTINGS,
                        System::nanoTime)
                .storage(plain);
    }
}
