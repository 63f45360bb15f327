package org.copilotframework.security.encryption;

import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.encryption.EncryptionProvider;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.encryption.KeyWrapper;

/** Opens the encryption named {@code aead}. Its settings are {@link AeadSettings}. Safe for use by several threads. */
public final class AeadEncryptionProvider implements EncryptionProvider {
    /** Made by {@link java.util.ServiceLoader}, or by the host. */
    public AeadEncryptionProvider() {}

    @Override
    public String name() {
        return AeadEncryption.NAME;
    }

    @Override
    public Encryption open(KeyWrapper wrapper, KeyPlace keys, ProviderContext context) {
        return new AeadEncryption(wrapper, keys, context.settings(AeadSettings.class), System::nanoTime);
    }
}
