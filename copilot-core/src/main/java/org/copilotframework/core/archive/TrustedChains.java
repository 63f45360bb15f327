package org.copilotframework.core.archive;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that are trusted, and those that they vouch for. Whether one was taken back is not asked: that would need the
 * network at each start; who is no longer trusted is taken out of the truststore. Safe for use by several threads.
 */
final class TrustedChains {
    /** What a certificate may be used for. */
    enum Purpose {
        CODE("1.3.6.1.5.5.7.3.3"),
        TIME("1.3.6.1.5.5.7.3.8");

        private static final String ANYTHING = "2.5.29.37.0";
        private final String id;

        Purpose(String id) {
            this.id = id;
        }

        /** A certificate may say what it is for; one for times must. */
        private boolean fits(X509Certificate certificate) throws CertificateException {
            boolean[] usage = certificate.getKeyUsage();
            if (usage != null && !usage[0] && !usage[1]) {
                return false;
            }
            List<String> purposes = certificate.getExtendedKeyUsage();
            return purposes == null
                    ? this == CODE
                    : purposes.contains(id) || this == CODE && purposes.contains(ANYTHING);
        }
    }

    /**
     * Why a certificate is not trusted.
     *
     * @param words what is wrong with it
     */
    record Doubt(Kind kind, String words) {
        enum Kind {
            /** Nobody vouches for it. */
            UNKNOWN,
            /** It was valid once. */
            EXPIRED,
            /** Nothing helps it. */
            UNFIT
        }
    }

    private final Set<X509Certificate> certificates;
    private final Set<TrustAnchor> anchors = new HashSet<>();

    TrustedChains(Set<X509Certificate> certificates) {
        this.certificates = certificates;
        certificates.forEach(certificate -> anchors.add(new TrustAnchor(certificate, null)));
    }

    /**
     * Why a certificate is not trusted; null if it is.
     *
     * @param chain the certificate and those above it
     * @param time when it was used
     */
    @Nullable
    Doubt doubt(List<X509Certificate> chain, Purpose purpose, Instant time) {
        X509Certificate own = chain.get(0);
        try {
            if (!purpose.fits(own)) {
                return new Doubt(Doubt.Kind.UNFIT, "whose certificate is not for " + words(purpose));
            } else if (certificates.contains(own)) {
                own.checkValidity(Date.from(time));
            } else {
                validate(chain, time);
            }
            return null;
        } catch (CertificateExpiredException e) {
            return expired(chain, time);
        } catch (CertPathValidatorException e) {
            if (e.getReason() == BasicReason.EXPIRED) {
                return expired(chain, time);
            }
            return e.getReason() == PKIXReason.NO_TRUST_ANCHOR ? new Doubt(Doubt.Kind.UNKNOWN, "") : unfit(e);
        } catch (GeneralSecurityException e) {
            return unfit(e);
        }
    }

    /** Up to the first that is trusted, which may stand in the middle. */
    private void validate(List<X509Certificate> chain, Instant time) throws GeneralSecurityException {
        int known = 1;
        while (known < chain.size() && !certificates.contains(chain.get(known))) {
            known++;
        }
        PKIXParameters parameters = new PKIXParameters(anchors);
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(time));
        CertPathValidator.getInstance("PKIX")
                .validate(
                        CertificateFactory.getInstance("X.509").generateCertPath(chain.subList(0, known)), parameters);
    }

    private static Doubt expired(List<X509Certificate> chain, Instant time) {
        return chain.stream()
                .filter(one -> one.getNotAfter().toInstant().isBefore(time))
                .findFirst()
                .map(one -> new Doubt(
                        Doubt.Kind.EXPIRED,
                        (one.equals(chain.get(0)) ? "whose certificate" : "the certificate above whose")
                                + " expired on " + one.getNotAfter().toInstant()))
                .orElseGet(() -> new Doubt(Doubt.Kind.EXPIRED, "whose certificate expired"));
    }

    private static Doubt unfit(GeneralSecurityException e) {
        return new Doubt(
                Doubt.Kind.UNFIT,
                "whose certificate is not accepted (" + Names.shown(String.valueOf(e.getMessage())) + ")");
    }

    private static String words(Purpose purpose) {
        return purpose == Purpose.CODE ? "signing code" : "telling times";
    }
}
