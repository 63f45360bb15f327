package org.copilotframework.server.http.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.Secret;

/**
 * The settings {@code copilot.http.tls.*}. With a certificate, or a keystore, the server speaks TLS only.
 *
 * @param certificate a PEM file with the server's certificate, and behind it those of who issued it
 * @param key a PEM file with its private key (PKCS #8); empty if the file of the certificate has it
 * @param keyPassword the password of an encrypted key
 * @param keystore a PKCS #12 file with certificate and key, in place of the former
 * @param keystorePassword its password
 * @param clientAuth whether clients show a certificate
 * @param clientCa a PEM file with the certificates of who issues those of clients
 * @param clientCrl a file, PEM or DER, with the lists of the certificates that those have taken back
 * @param reload how often it is looked whether the files have changed
 */
public record TlsSettings(
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<Secret> keyPassword,
        Optional<Path> keystore,
        Optional<Secret> keystorePassword,
        @Default("none") ClientAuth clientAuth,
        Optional<Path> clientCa,
        Optional<Path> clientCrl,
        @Default("10s") Duration reload) {
    /** Whether clients show a certificate. */
    public enum ClientAuth {
        /** They are not asked. */
        NONE,
        /** They are asked; who has none is let in as far as something else shows who he is. */
        WANT,
        /** Without one there is no connection. */
        NEED
    }

    static final String CERTIFICATE = "copilot.http.tls.certificate";
    static final String KEY = "copilot.http.tls.key";
    static final String KEY_PASSWORD = "copilot.http.tls.key-password";
    static final String KEYSTORE = "copilot.http.tls.keystore";
    static final String KEYSTORE_PASSWORD = "copilot.http.tls.keystore-password";
    static final String CLIENT_CA = "copilot.http.tls.client-ca";
    static final String CLIENT_CRL = "copilot.http.tls.client-crl";
    private static final String CLIENT_AUTH = "copilot.http.tls.client-auth";

    /**
     * Checks that they go together.
     *
     * @throws InvalidRequestException if they do not; names the setting
     */
    public TlsSettings {
        demand(
                certificate.isEmpty() || keystore.isEmpty(),
                KEYSTORE + ": stands in place of " + CERTIFICATE + "; set one of them");
        demand(key.isEmpty() || certificate.isPresent(), CERTIFICATE + ": is missing beside " + KEY);
        demand(
                keystore.isEmpty() || keystorePassword.isPresent(),
                KEYSTORE_PASSWORD + ": is missing beside " + KEYSTORE);
        boolean asks = clientAuth != ClientAuth.NONE;
        demand(
                !asks || certificate.isPresent() || keystore.isPresent(),
                CLIENT_AUTH + ": takes TLS; set " + CERTIFICATE + " or " + KEYSTORE);
        demand(
                !asks || clientCa.isPresent(),
                CLIENT_CA + ": is missing beside " + CLIENT_AUTH + "; name who issues the certificates of clients");
        demand(
                asks || clientCa.isEmpty(),
                CLIENT_AUTH + ": is none, so nobody is asked for what " + CLIENT_CA
                        + " issues; set it to want or need");
        demand(
                clientCrl.isEmpty() || clientCa.isPresent(),
                CLIENT_CA + ": is missing beside " + CLIENT_CRL + "; name who issues the certificates of clients");
        demand(!reload.isNegative() && !reload.isZero(), "copilot.http.tls.reload: is above zero, not " + reload);
    }

    private static void demand(boolean good, String otherwise) {
        if (!good) {
            throw new InvalidRequestException(otherwise);
        }
    }

    /**
     * No TLS.
     *
     * @return the defaults
     */
    public static TlsSettings none() {
        return new TlsSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ClientAuth.NONE,
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    /**
     * Whether there is TLS.
     *
     * @return whether a certificate or a keystore is named
     */
    public boolean isOn() {
        return certificate.isPresent() || keystore.isPresent();
    }
}
