package org.copilotframework.storage.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManagerFactory;
import org.copilotframework.api.error.InvalidRequestException;

/** Whom the store trusts, besides or instead of those whom the JDK trusts. */
final class Trust {
    private Trust() {}

    /** Trusts the certificates of a PEM file, and no others. */
    static TrustManagerFactory in(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new InvalidRequestException("copilot.storage.redis.tls-ca: " + file + " holds no certificate");
            }
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate : certificates) {
                trusted.setCertificateEntry("trusted-" + trusted.size(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            return trust;
        } catch (IOException | GeneralSecurityException unreadable) {
            throw new InvalidRequestException("copilot.storage.redis.tls-ca: the certificates in " + file
                    + " cannot be read (" + unreadable.getMessage() + "); expected are X.509 certificates as PEM");
        }
    }
}
