package org.copilotframework.server.http.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;

/** The certificates that who issued them has taken back (RFC 5280, section 5), read by the JDK. */
final class RevocationLists {
    private RevocationLists() {}

    /**
     * Reads a file of lists, in PEM one after the other, or one in DER.
     *
     * @param setting which names the file, for messages
     * @param authorities each of them has to have a list there: without one nobody of its would be believed
     */
    static List<X509CRL> read(String setting, byte[] content, List<X509Certificate> authorities) {
        List<X509CRL> lists = new ArrayList<>();
        try {
            for (CRL one : CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(content))) {
                lists.add((X509CRL) one);
            }
        } catch (GeneralSecurityException broken) {
            throw new InvalidRequestException(setting
                    + ": the file is no revocation list, in DER or in PEM with lines such as -----BEGIN X509 CRL-----: "
                    + broken.getMessage());
        }
        for (X509Certificate authority : authorities) {
            if (lists.stream().noneMatch(list -> isOf(authority, list))) {
                throw new InvalidRequestException(setting + ": the file has no list that "
                        + authority.getSubjectX500Principal() + " of " + TlsSettings.CLIENT_CA
                        + " has signed; add its list");
            }
        }
        return List.copyOf(lists);
    }

    private static boolean isOf(X509Certificate authority, X509CRL list) {
        if (!authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
            return false;
        }
        try {
            list.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException another) {
            return false;
        }
    }

    /** That a list is over: it tells nothing then, so nobody is believed of whom it would tell. */
    static Optional<String> trouble(List<X509CRL> lists, Instant now) {
        return lists.stream()
                .filter(list -> list.getNextUpdate() != null
                        && now.isAfter(list.getNextUpdate().toInstant()))
                .findFirst()
                .map(list -> "the revocation list of " + list.getIssuerX500Principal() + " was good until "
                        + list.getNextUpdate().toInstant()
                        + ", so its clients are refused; put the next one into the file of "
                        + TlsSettings.CLIENT_CRL);
    }
}
