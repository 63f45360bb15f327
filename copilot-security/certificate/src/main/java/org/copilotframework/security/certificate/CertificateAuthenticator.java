package org.copilotframework.security.certificate;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.security.certificate.CertificateSettings.TenantFrom;

/** Recognises whoever has shown a certificate. Safe for use by several threads. */
final class CertificateAuthenticator implements Authenticator {
    private final CertificateSettings settings;
    private final List<Grant> grants;

    CertificateAuthenticator(CertificateSettings settings) {
        this.settings = settings;
        this.grants = settings.grants().stream().map(Grant::of).toList();
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        // The chain was verified by whoever spoke TLS; no header stands for one, since anybody can send headers.
        return credentials.certificates().stream().findFirst().map(this::identity);
    }

    private Identity identity(X509Certificate certificate) {
        try {
            String subject = Names.only(certificate, lower(settings.subject()));
            TenantId tenant = new TenantId(
                    settings.tenantFrom() == TenantFrom.SETTING
                            ? settings.tenant()
                            : Names.only(certificate, lower(settings.tenantFrom())));
            return new Identity(
                    new Principal(subject, granted(subject)),
                    tenant,
                    Set.copyOf(settings.tenants()),
                    "certificate:" + fingerprint(certificate),
                    certificate.getNotAfter().toInstant());
        } catch (InvalidRequestException form) {
            throw new UnauthenticatedException("the certificate names somebody without the form of a name");
        }
    }

    private Set<String> granted(String subject) {
        return grants.stream()
                .filter(grant -> grant.isFor(subject))
                .flatMap(grant -> grant.scopes().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String lower(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** By which the one certificate is found among those of the same name. */
    private static String fingerprint(X509Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (GeneralSecurityException broken) {
            throw new UnauthenticatedException("the certificate cannot be read");
        }
    }

    /** Nothing was opened. */
    @Override
    public void close() {}
}
