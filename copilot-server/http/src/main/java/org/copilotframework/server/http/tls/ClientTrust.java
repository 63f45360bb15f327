package org.copilotframework.server.http.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * Whose clients are believed: who shows what one of the authorities has issued, that is good now, and that no list takes back. The JDK
 * decides (PKIX), for a handshake as for a connection that is there. Safe for use by several threads.
 */
final class ClientTrust {
    /** For how long is believed what was believed: lists come to their end, too. */
    private static final long REMEMBERED = Duration.ofMinutes(1).toNanos();

    /** Clients that are remembered; beyond that all are looked at anew. */
    private static final int MOST = 10_000;

    /** Says nothing here: a key of a client is used to sign, whatever its kind. */
    private static final String ANY_KEY = "UNKNOWN";

    private final TrustManager[] managers;

    /** Who was believed, and when it was looked. */
    private final Map<List<X509Certificate>, Long> believed = new ConcurrentHashMap<>();

    private ClientTrust(TrustManager[] managers) {
        this.managers = managers;
    }

    /**
     * Trusts.
     *
     * @param authorities who issues certificates of clients; at least one
     * @param revoked the lists of what they have taken back; if there is any, each certificate has to be in the sight of one
     */
    static ClientTrust of(KeyStore authorities, List<X509CRL> revoked) {
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(authorities, new X509CertSelector());
            parameters.setRevocationEnabled(!revoked.isEmpty());
            if (!revoked.isEmpty()) {
                parameters.addCertStore(
                        CertStore.getInstance("Collection", new CollectionCertStoreParameters(revoked)));
                PKIXRevocationChecker checker = (PKIXRevocationChecker)
                        CertPathValidator.getInstance("PKIX").getRevocationChecker();
                // Nobody else is asked: what the lists do not tell is not known, and so not believed.
                checker.setOptions(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK));
                parameters.addCertPathChecker(checker);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            return new ClientTrust(factory.getTrustManagers());
        } catch (GeneralSecurityException wrong) {
            throw new InvalidRequestException(
                    TlsSettings.CLIENT_CA + ": what the file has cannot be used: " + wrong.getMessage());
        }
    }

    /** For handshakes. */
    TrustManager[] managers() {
        return managers.clone();
    }

    /** Whether whoever has shown these is believed now. */
    boolean believes(List<X509Certificate> chain) {
        try {
            for (X509Certificate one : chain) {
                one.checkValidity();
            }
            Long looked = believed.get(chain);
            if (looked == null || System.nanoTime() - looked > REMEMBERED) {
                check(chain);
            }
            return true;
        } catch (CertificateException not) {
            believed.remove(chain);
            return false;
        }
    }

    private void check(List<X509Certificate> chain) throws CertificateException {
        for (TrustManager manager : managers) {
            if (manager instanceof X509TrustManager one) {
                one.checkClientTrusted(chain.toArray(new X509Certificate[0]), ANY_KEY);
            }
        }
        if (believed.size() >= MOST) {
            believed.clear();
        }
        believed.put(chain, System.nanoTime());
    }
}
