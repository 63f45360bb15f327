package org.copilotframework.security.aws;

import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.KeyWrapperProvider;

/** Opens the wrapper of keys named {@code kms}, whose keys AWS KMS holds. Safe for use by several threads. */
public final class KmsKeyWrapperProvider implements KeyWrapperProvider {
    /** Made by {@link java.util.ServiceLoader}, or by the host. */
    public KmsKeyWrapperProvider() {}

    @Override
    public String name() {
        return "kms";
    }

    @Override
    public KeyWrapper open(ProviderContext context) {
        return KmsKeyWrapper.open(context.settings(KmsSettings.class));
    }
}
