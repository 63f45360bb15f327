package org.copilotframework.security.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.copilotframework.api.error.UnauthenticatedException;

/** The names in a certificate, read by the JDK. */
final class Names {
    private static final int DNS = 2;
    private static final int URI = 6;

    private Names() {}

    /**
     * The one name of a kind.
     *
     * @throws UnauthenticatedException if there is none, or there are several: which of them counts would be a guess
     */
    static String only(X509Certificate certificate, String kind) {
        List<String> names = switch (kind) {
            case "uri" -> alternative(certificate, URI);
            case "dns" -> alternative(certificate, DNS);
            default -> subject(certificate, kind);
        };
        if (names.size() != 1 || names.get(0).isEmpty()) {
            throw new UnauthenticatedException(
                    "the certificate has " + (names.isEmpty() ? "no" : "not exactly one") + " name '" + kind + "'");
        }
        return names.get(0);
    }

    private static List<String> alternative(X509Certificate certificate, int type) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> name.get(0).equals(type))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException broken) {
            throw new UnauthenticatedException("the alternative names of the certificate cannot be read");
        }
    }

    private static List<String> subject(X509Certificate certificate, String kind) {
        try {
            String written = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
            List<String> found = new ArrayList<>();
            for (Rdn part : new LdapName(written).getRdns()) {
                Attribute attribute = part.toAttributes().get(kind);
                if (attribute != null) {
                    for (int i = 0; i < attribute.size(); i++) {
                        found.add(text(attribute.get(i)));
                    }
                }
            }
            return found;
        } catch (InvalidNameException broken) {
            throw new UnauthenticatedException("the subject of the certificate cannot be read");
        } catch (NamingException impossible) {
            throw new IllegalStateException("names that are in memory can be read", impossible);
        }
    }

    /** What is no text has the form of bytes, and is nobody's name. */
    private static String text(Object value) {
        return value instanceof String text ? text : "";
    }
}
