package org.copilotframework.core.archive;

import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Timestamp;
import java.security.cert.CertPath;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.copilotframework.core.PluginSigner;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whose signature over an archive is right, whoever it is.
 *
 * @param chain his certificate, and those above it as far as the archive holds them
 * @param stamp when somebody else saw the signature, or null if nobody did
 */
record Signer(List<X509Certificate> chain, @Nullable Stamp stamp) {
    /**
     * A time by somebody else.
     *
     * @param chain the certificate of that authority, and those above it
     */
    record Stamp(List<X509Certificate> chain, Instant time) {}

    static Signer of(CodeSigner signer) {
        Timestamp stamp = signer.getTimestamp();
        return new Signer(
                chain(signer.getSignerCertPath()),
                stamp == null
                        ? null
                        : new Stamp(
                                chain(stamp.getSignerCertPath()),
                                stamp.getTimestamp().toInstant()));
    }

    private static List<X509Certificate> chain(CertPath path) {
        return path.getCertificates().stream().map(X509Certificate.class::cast).toList();
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    /** How a message calls somebody. */
    static String named(X509Certificate certificate) {
        return Names.shown(certificate.getSubjectX500Principal().getName()) + " (certificate " + sha256(certificate)
                + ")";
    }

    PluginSigner shown(boolean trusted) {
        return new PluginSigner(
                Names.shown(certificate().getSubjectX500Principal().getName()),
                sha256(certificate()),
                certificate().getNotAfter().toInstant(),
                Optional.ofNullable(stamp).map(Stamp::time),
                trusted);
    }

    private static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read has bytes, and every JVM has SHA-256", e);
        }
    }
}
