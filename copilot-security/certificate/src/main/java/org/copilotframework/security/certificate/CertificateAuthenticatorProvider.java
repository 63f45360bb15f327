package org.copilotframework.security.certificate;

import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.AuthenticatorContext;
import org.copilotframework.api.spi.authentication.AuthenticatorProvider;

/** Opens the authenticator named {@code certificate}: what clients show over TLS. Safe for use by several threads. */
public final class CertificateAuthenticatorProvider implements AuthenticatorProvider {
    /** Made by {@link java.util.ServiceLoader}, or by the host. */
    public CertificateAuthenticatorProvider() {}

    @Override
    public String name() {
        return "certificate";
    }

    @Override
    public Authenticator open(AuthenticatorContext context) {
        return new CertificateAuthenticator(context.settings(CertificateSettings.class));
    }
}
