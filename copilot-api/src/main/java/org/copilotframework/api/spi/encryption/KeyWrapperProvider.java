package org.copilotframework.api.spi.encryption;

import org.copilotframework.api.spi.ProviderContext;
import org.pf4j.ExtensionPoint;

/**
 * Opens a {@link KeyWrapper}. Found by {@link java.util.ServiceLoader} on the class path of the application, or by the extension
 * index of a plugin whose manifest says {@code Copilot-Plugin-Kind: provider}.
 */
public interface KeyWrapperProvider extends ExtensionPoint {
    /**
     * The provider's name, which {@code copilot.encryption.key-wrapper} chooses it by; its settings are {@code
     * copilot.encryption.<name>.*}.
     *
     * @return such as {@code local}; lower-case letters, digits and dashes
     */
    String name();

    /**
     * Opens the wrapper.
     *
     * @param context the provider's settings
     * @return the wrapper; the caller closes it
     * @throws org.copilotframework.api.error.InvalidRequestException if a setting is missing or wrong; names it, and shows no secret
     * @throws org.copilotframework.api.error.UnavailableException if the service cannot be reached
     */
    KeyWrapper open(ProviderContext context);
}
