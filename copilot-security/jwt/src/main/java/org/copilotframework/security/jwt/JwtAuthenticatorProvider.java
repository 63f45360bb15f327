package org.copilotframework.security.jwt;

import java.time.InstantSource;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.AuthenticatorContext;
import org.copilotframework.api.spi.authentication.AuthenticatorProvider;

/** Opens the authenticator named {@code jwt}: bearer tokens that are signed JWTs. Safe for use by several threads. */
public final class JwtAuthenticatorProvider implements AuthenticatorProvider {
    /** Made by {@link java.util.ServiceLoader}, or by the host. */
    public JwtAuthenticatorProvider() {}

    @Override
    public String name() {
        return "jwt";
    }

    @Override
    public Authenticator open(AuthenticatorContext context) {
        return JwtAuthenticator.open(context.settings(JwtSettings.class), InstantSource.system(), System::nanoTime);
    }
}
