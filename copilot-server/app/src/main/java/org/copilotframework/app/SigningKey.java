package org.copilotframework.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.MessageDigest;
import java.security.UnrecoverableEntryException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * A key of a keystore, with its certificate.
 *
 * @param alias what it is called there
 * @param entry the key and the certificates
 */
record SigningKey(String alias, PrivateKeyEntry entry) {
    static SigningKey read(Path keystore, @Nullable String alias, String password) {
        if (!Files.isRegularFile(keystore)) {
            throw new InvalidRequestException("--keystore: there is no file " + keystore
                    + "; make one with keytool -genkeypair, or name the one that holds the key");
        }
        char[] characters = password.toCharArray();
        try {
            KeyStore store = KeyStore.getInstance(keystore.toFile(), characters);
            String name = chosen(store, keystore, alias);
            SigningKey key =
                    new SigningKey(name, (PrivateKeyEntry) store.getEntry(name, new PasswordProtection(characters)));
            if (key.expires().isBefore(Instant.now())) {
                throw new InvalidRequestException("--alias: the certificate of '" + name + "' expired on "
                        + key.expires() + "; sign with one that is valid");
            }
            return key;
        } catch (UnrecoverableEntryException e) {
            throw new InvalidRequestException("the password that opens " + keystore
                    + " does not open the key in it; give both the same (keytool -keypasswd)");
        } catch (IOException e) {
            throw new InvalidRequestException(
                    e.getCause() instanceof GeneralSecurityException
                            ? "the password does not open " + keystore
                                    + "; correct the variable that --password-env names"
                            : "--keystore: " + keystore + " cannot be read (" + e.getMessage()
                                    + "); see that it is whole");
        } catch (GeneralSecurityException e) {
            throw new InvalidRequestException(
                    "--keystore: " + keystore + " is no keystore (" + e.getMessage() + "); name a PKCS12 or JKS file");
        }
    }

    private static String chosen(KeyStore store, Path keystore, @Nullable String alias)
            throws GeneralSecurityException {
        List<String> keys = new ArrayList<>();
        for (String name : Collections.list(store.aliases())) {
            if (store.entryInstanceOf(name, PrivateKeyEntry.class)) {
                keys.add(name);
            }
        }
        if (alias == null && keys.size() == 1) {
            return keys.get(0);
        } else if (alias != null && store.entryInstanceOf(alias, PrivateKeyEntry.class)) {
            return alias;
        } else if (keys.isEmpty()) {
            throw new InvalidRequestException(
                    "--keystore: " + keystore + " holds no key to sign with; make one with keytool -genkeypair");
        }
        throw new InvalidRequestException("--alias: "
                + (alias == null ? "there are several keys in " : "'" + alias + "' is no key in ") + keystore
                + "; name one of " + String.join(", ", keys));
    }

    private X509Certificate certificate() {
        return (X509Certificate) entry.getCertificate();
    }

    String name() {
        return certificate().getSubjectX500Principal().getName();
    }

    Instant expires() {
        return certificate().getNotAfter().toInstant();
    }

    String sha256() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(certificate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read has bytes, and every JVM has SHA-256", e);
        }
    }
}
