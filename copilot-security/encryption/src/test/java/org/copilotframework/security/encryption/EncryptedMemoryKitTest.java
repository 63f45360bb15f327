package org.copilotframework.security.encryption;

import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.StorageKit;
import org.copilotframework.storage.tck.StoreUnderTest;

/** The promises of every store, kept by an encrypted one in memory. */
class EncryptedMemoryKitTest extends StorageKit {
    @Override
    protected StoreUnderTest store() {
        return new StoreUnderTest() {
            @Override
            public StorageProvider provider() {
                return new EncryptedMemoryProvider();
            }

            @Override
            public String url() {
                return "encrypted-memory:local";
            }
        };
    }
}
