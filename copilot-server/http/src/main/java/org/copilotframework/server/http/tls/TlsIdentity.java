package org.copilotframework.server.http.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Who the server is, and whose clients it believes; checked.
 *
 * @param chain its certificate, then who issued it
 * @param key the private key
 * @param clients who issues the certificates of clients; empty if none are asked for
 * @param revoked the lists of what these have taken back
 */
record TlsIdentity(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> clients, List<X509CRL> revoked) {
    /** Of a store in memory, that nobody else sees. */
    static final String PASSWORD = "in memory";

    private static final byte[] CHALLENGE = {1, 2, 3, 4, 5, 6, 7, 8};

    /**
     * Takes it from files.
     *
     * @throws InvalidRequestException if it cannot be, or key and certificate do not fit; names the setting
     */
    static TlsIdentity of(TlsFiles files) {
        List<X509Certificate> clients = files.of(TlsSettings.CLIENT_CA)
                .map(content -> Pem.of(TlsSettings.CLIENT_CA, content).certificates())
                .orElse(List.of());
        List<X509CRL> revoked = files.of(TlsSettings.CLIENT_CRL)
                .map(content -> RevocationLists.read(TlsSettings.CLIENT_CRL, content, clients))
                .orElse(List.of());
        Optional<byte[]> keystore = files.of(TlsSettings.KEYSTORE);
        return keystore.isPresent()
                ? ofKeystore(files, keystore.get(), clients, revoked)
                : ofPem(files, clients, revoked);
    }

    private static TlsIdentity ofPem(TlsFiles files, List<X509Certificate> clients, List<X509CRL> revoked) {
        Pem certificate = Pem.of(
                TlsSettings.CERTIFICATE, files.of(TlsSettings.CERTIFICATE).orElseThrow());
        List<X509Certificate> chain = certificate.certificates();
        Pem key = files.of(TlsSettings.KEY)
                .map(content -> Pem.of(TlsSettings.KEY, content))
                .orElse(certificate);
        PrivateKey made = key.key(chain.get(0).getPublicKey().getAlgorithm(), files.password(TlsSettings.KEY_PASSWORD));
        String setting = files.of(TlsSettings.KEY).isPresent() ? TlsSettings.KEY : TlsSettings.CERTIFICATE;
        return new TlsIdentity(chain, made, clients, revoked).checked(setting);
    }

    private static TlsIdentity ofKeystore(
            TlsFiles files, byte[] content, List<X509Certificate> clients, List<X509CRL> revoked) {
        char[] password =
                files.password(TlsSettings.KEYSTORE_PASSWORD).orElseThrow().toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), password);
            String alias = null;
            for (String name : Collections.list(store.aliases())) {
                if (store.isKeyEntry(name)) {
                    demandNone(alias);
                    alias = name;
                }
            }
            if (alias == null) {
                throw new InvalidRequestException(TlsSettings.KEYSTORE + ": the file has no private key");
            }
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate one : store.getCertificateChain(alias)) {
                chain.add((X509Certificate) one);
            }
            PrivateKey key = (PrivateKey) store.getKey(alias, password);
            return new TlsIdentity(chain, key, clients, revoked).checked(TlsSettings.KEYSTORE);
        } catch (GeneralSecurityException | IOException wrong) {
            throw new InvalidRequestException(TlsSettings.KEYSTORE + ": the file is not PKCS #12, or "
                    + TlsSettings.KEYSTORE_PASSWORD + " is another one");
        }
    }

    private static void demandNone(@Nullable String before) {
        if (before != null) {
            throw new InvalidRequestException(TlsSettings.KEYSTORE + ": the file has several private keys; leave one");
        }
    }

    private TlsIdentity checked(String setting) {
        if (!fits(key, chain.get(0).getPublicKey())) {
            boolean another = chain.stream().anyMatch(one -> fits(key, one.getPublicKey()));
            throw new InvalidRequestException(setting + ": the private key does not fit the "
                    + (another
                            ? "first certificate, but a later one; the server's own comes first"
                            : "certificate; name the key that it was made for"));
        }
        keys(setting);
        return this;
    }

    /** Whether what the one signs is known by the other. */
    private static boolean fits(PrivateKey key, PublicKey other) {
        String how = switch (other.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> other.getAlgorithm();
        };
        try {
            Signature signer = Signature.getInstance(how);
            signer.initSign(key);
            signer.update(CHALLENGE);
            byte[] signed = signer.sign();
            signer.initVerify(other);
            signer.update(CHALLENGE);
            return signer.verify(signed);
        } catch (GeneralSecurityException another) {
            // A key of another kind.
            return false;
        }
    }

    /** The key with its certificates, as the JDK takes it. */
    KeyStore keys(String setting) {
        try {
            KeyStore keys = empty();
            keys.setKeyEntry("server", key, PASSWORD.toCharArray(), chain.toArray(new Certificate[0]));
            return keys;
        } catch (KeyStoreException order) {
            throw new InvalidRequestException(setting + ": the certificates do not follow one another; the server's own"
                    + " comes first, then the one of who issued it, and so on");
        }
    }

    /** Who issues the certificates of clients. */
    KeyStore trusted() {
        try {
            KeyStore trusted = empty();
            for (int i = 0; i < clients.size(); i++) {
                trusted.setCertificateEntry("client-ca-" + i, clients.get(i));
            }
            return trusted;
        } catch (KeyStoreException impossible) {
            throw new IllegalStateException("certificates cannot be kept in memory", impossible);
        }
    }

    private static KeyStore empty() throws KeyStoreException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new KeyStoreException(impossible);
        }
    }

    /** Who is believed of those that show a certificate. */
    ClientTrust trust() {
        return ClientTrust.of(trusted(), revoked);
    }

    /** What is wrong with the certificate or a list at that time; empty if they are good then. */
    Optional<String> trouble(Instant now) {
        Optional<String> own = ownTrouble(now);
        return own.isPresent() ? own : RevocationLists.trouble(revoked, now);
    }

    private Optional<String> ownTrouble(Instant now) {
        X509Certificate own = chain.get(0);
        if (now.isAfter(own.getNotAfter().toInstant())) {
            return Optional.of("the server's certificate has expired on "
                    + own.getNotAfter().toInstant() + "; put a new one into its file");
        } else if (now.isBefore(own.getNotBefore().toInstant())) {
            return Optional.of("the server's certificate is good from "
                    + own.getNotBefore().toInstant() + " on only; put another into its file, or set the clock");
        }
        return Optional.empty();
    }

    /** {@return for which names it is; not its key} */
    @Override
    public String toString() {
        return "TlsIdentity[" + chain.get(0).getSubjectX500Principal() + ", " + Arrays.asList(clients.size()) + "]";
    }
}
