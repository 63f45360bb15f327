package org.copilotframework.api.spi.authentication;

import org.pf4j.ExtensionPoint;

/**
 * Opens an {@link Authenticator}. Found by {@link java.util.ServiceLoader} on the class path of the application, or by the extension
 * index of a plugin whose manifest says {@code Copilot-Plugin-Kind: provider}.
 */
public interface AuthenticatorProvider extends ExtensionPoint {
    /**
     * The provider's name, which {@code copilot.security.authenticators} chooses it by; its settings are {@code
     * copilot.security.<name>.*}.
     *
     * @return such as {@code apikey}; lower-case letters, digits and dashes
     */
    String name();

    /**
     * Opens the authenticator.
     *
     * @param context the provider's settings, and where it may keep things
     * @return the authenticator; the caller closes it
     * @throws org.copilotframework.api.error.InvalidRequestException if a setting is missing or wrong; names it, and shows no secret
     */
    Authenticator open(AuthenticatorContext context);
}
