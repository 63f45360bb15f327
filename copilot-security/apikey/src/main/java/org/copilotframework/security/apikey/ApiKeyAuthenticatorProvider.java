package org.copilotframework.security.apikey;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.AuthenticatorContext;
import org.copilotframework.api.spi.authentication.AuthenticatorProvider;

/** Opens the authenticator named {@code apikey}: keys in the header {@code X-API-KEY}. Safe for use by several threads. */
public final class ApiKeyAuthenticatorProvider implements AuthenticatorProvider {
    /** Made by {@link java.util.ServiceLoader}, or by the host. */
    public ApiKeyAuthenticatorProvider() {}

    @Override
    public String name() {
        return "apikey";
    }

    @Override
    public Authenticator open(AuthenticatorContext context) {
        ApiKeySettings settings = context.settings(ApiKeySettings.class);
        return ApiKeyAuthenticator.open(
                settings, context, new SecureRandom(), InstantSource.system(), System::nanoTime);
    }
}
