package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/** Reads a truststore: a file of certificates as the JDK's keytool writes it. */
final class TruststoreFile {
    private static final String PATH = "copilot.plugins.truststore.path";
    private static final String PASSWORD = "copilot.plugins.truststore.password";

    private TruststoreFile() {}

    static Truststore read(Path file, @Nullable String password) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidRequestException(PATH + ": there is no file " + file
                    + "; name a PKCS12 or JKS file that holds the certificates of those whose plugins may be loaded");
        }
        Set<X509Certificate> certificates;
        try {
            certificates =
                    certificates(KeyStore.getInstance(file.toFile(), password == null ? null : password.toCharArray()));
        } catch (IOException e) {
            if (e.getCause() instanceof UnrecoverableKeyException || e.getCause() instanceof GeneralSecurityException) {
                throw new InvalidRequestException(PASSWORD + " does not open " + file
                        + "; set it to the password that the file was written with");
            }
            throw new InvalidRequestException(PATH + ": " + file + " cannot be read (" + e.getMessage()
                    + "); see that this process may read it and that it is whole");
        } catch (GeneralSecurityException e) {
            throw new InvalidRequestException(PATH + ": " + file + " is no truststore (" + e.getMessage()
                    + "); write it with keytool -importcert");
        }
        if (certificates.isEmpty()) {
            throw new InvalidRequestException(PATH + ": " + file + " holds no certificate of anybody to trust"
                    + (password == null ? ", or " + PASSWORD + " is missing" : "")
                    + "; add the certificates with keytool -importcert");
        }
        return new Truststore(file, new TrustedChains(certificates));
    }

    /** Who has a key in there is not trusted for that: a store for signing is no truststore. */
    private static Set<X509Certificate> certificates(KeyStore store) throws GeneralSecurityException {
        Set<X509Certificate> certificates = new LinkedHashSet<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isCertificateEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
                certificates.add(certificate);
            }
        }
        return certificates;
    }
}
