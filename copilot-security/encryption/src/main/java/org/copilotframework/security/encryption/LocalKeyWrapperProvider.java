package org.copilotframework.security.encryption;

import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.KeyWrapperProvider;

/** Opens the wrapper named {@code local}, whose keys come from a secret in the settings. Safe for use by several threads. */
public final class LocalKeyWrapperProvider implements KeyWrapperProvider {
    /** Made by {@link java.util.ServiceLoader}, or by the host. */
    public LocalKeyWrapperProvider() {}

    @Override
    public String name() {
        return "local";
    }

    @Override
    public KeyWrapper open(ProviderContext context) {
        return LocalKeyWrapper.of(context.settings(LocalKeySettings.class));
    }
}
