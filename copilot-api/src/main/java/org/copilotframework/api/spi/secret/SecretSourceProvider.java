package org.copilotframework.api.spi.secret;

import org.copilotframework.api.spi.ProviderContext;
import org.pf4j.ExtensionPoint;

/**
 * Opens a {@link SecretSource}. Found by {@link java.util.ServiceLoader} on the class path of the application, or by the extension
 * index of a plugin whose manifest says {@code Copilot-Plugin-Kind: provider}.
 */
public interface SecretSourceProvider extends ExtensionPoint {
    /**
     * The provider's name, which {@code copilot.secrets.sources} chooses it by; its settings are {@code
     * copilot.secrets.<name>.*}.
     *
     * @return such as {@code aws}; lower-case letters, digits and dashes
     */
    String name();

    /**
     * Opens the source.
     *
     * @param context the provider's settings, none of which is a secret of another source
     * @return the source; the caller closes it
     * @throws org.copilotframework.api.error.InvalidRequestException if a setting is missing or wrong; names it
     * @throws org.copilotframework.api.error.UnavailableException if the service cannot be reached
     */
    SecretSource open(ProviderContext context);
}
