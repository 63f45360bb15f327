package org.copilotframework.api.spi.encryption;

import org.copilotframework.api.spi.ProviderContext;
import org.pf4j.ExtensionPoint;

/**
 * Opens an {@link Encryption}. Found by {@link java.util.ServiceLoader} on the class path of the application, or by the extension
 * index of a plugin whose manifest says {@code Copilot-Plugin-Kind: provider}.
 */
public interface EncryptionProvider extends ExtensionPoint {
    /**
     * The provider's name, which {@code copilot.encryption.provider} chooses it by; its settings are {@code
     * copilot.encryption.<name>.*}.
     *
     * @return such as {@code aead}; lower-case letters, digits and dashes, and not {@code none}
     */
    String name();

    /**
     * Opens the encryption. Asks neither the wrapper nor the place yet.
     *
     * @param wrapper who wraps the keys
     * @param keys where they lie
     * @param context the provider's settings
     * @return the encryption; the caller closes it, then the wrapper
     * @throws org.copilotframework.api.error.InvalidRequestException if a setting is wrong
     */
    Encryption open(KeyWrapper wrapper, KeyPlace keys, ProviderContext context);
}
