package org.copilotframework.server.http.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * The blocks of a PEM file (RFC 7468). Only the text around them is read here; certificates and keys are the JDK's {@link
 * CertificateFactory}, {@link KeyFactory} and {@link EncryptedPrivateKeyInfo}.
 */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PLAIN = "PRIVATE KEY";
    private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

    private final String setting;
    private final List<Block> blocks;

    private Pem(String setting, List<Block> blocks) {
        this.setting = setting;
        this.blocks = blocks;
    }

    private record Block(String label, String text) {}

    /**
     * Finds the blocks.
     *
     * @param setting which names the file, for messages
     */
    static Pem of(String setting, byte[] content) {
        Matcher found = BLOCK.matcher(new String(content, StandardCharsets.ISO_8859_1));
        List<Block> blocks = new ArrayList<>();
        while (found.find()) {
            blocks.add(new Block(found.group(1), found.group(2)));
        }
        if (blocks.isEmpty()) {
            throw new InvalidRequestException(setting + ": the file is not PEM, which has lines such as -----BEGIN "
                    + CERTIFICATE + "-----; PKCS #12 (.p12, .pfx) goes into " + TlsSettings.KEYSTORE);
        }
        return new Pem(setting, blocks);
    }

    /** Its certificates, in their order; at least one. */
    List<X509Certificate> certificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label().equals(CERTIFICATE)) {
                certificates.add(certificate(decoded(block)));
            }
        }
        if (certificates.isEmpty()) {
            throw new InvalidRequestException(setting + ": the file has no certificate");
        }
        return certificates;
    }

    private X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException broken) {
            throw new InvalidRequestException(
                    setting + ": a certificate in the file cannot be read: " + broken.getMessage());
        }
    }

    private byte[] decoded(Block block) {
        try {
            return Base64.getMimeDecoder().decode(block.text());
        } catch (IllegalArgumentException broken) {
            throw new InvalidRequestException(setting + ": a block of the file is broken: " + broken.getMessage());
        }
    }

    /**
     * Its one private key.
     *
     * @param algorithm that of the certificate's public key
     * @param password for a key that is encrypted
     */
    PrivateKey key(String algorithm, Optional<String> password) {
        List<Block> keys =
                blocks.stream().filter(block -> block.label().endsWith(PLAIN)).toList();
        if (keys.size() != 1) {
            throw new InvalidRequestException(setting + ": the file has "
                    + (keys.isEmpty()
                            ? "no private key; name the one that has it in " + TlsSettings.KEY
                            : keys.size() + " private keys; leave the certificate's own"));
        }
        Block block = keys.get(0);
        return switch (block.label()) {
            case PLAIN -> key(algorithm, new PKCS8EncodedKeySpec(decoded(block)));
            case ENCRYPTED -> key(algorithm, decrypted(decoded(block), password));
            default ->
                throw new InvalidRequestException(setting + ": the file has a key in an older form (" + block.label()
                        + "); convert it: openssl pkcs8 -topk8 -nocrypt -in old.pem -out key.pem");
        };
    }

    private PrivateKey key(String algorithm, PKCS8EncodedKeySpec spec) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (GeneralSecurityException broken) {
            throw new InvalidRequestException(setting + ": the private key is broken, or is none of " + algorithm
                    + " as the certificate is; name the key that the certificate was made for");
        }
    }

    private PKCS8EncodedKeySpec decrypted(byte[] der, Optional<String> password) {
        String word = password.orElseThrow(() ->
                new InvalidRequestException(TlsSettings.KEY_PASSWORD + ": is missing; the private key is encrypted"));
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
            // Of PBES2 the JDK names the schemes in the parameters only.
            String scheme =
                    info.getAlgParameters() == null ? info.getAlgName() : String.valueOf(info.getAlgParameters());
            String name = scheme.startsWith("PBEWith") ? scheme : info.getAlgName();
            Cipher cipher = Cipher.getInstance(name);
            PBEKeySpec spec = new PBEKeySpec(word.toCharArray());
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(name).generateSecret(spec),
                    info.getAlgParameters());
            return info.getKeySpec(cipher);
        } catch (GeneralSecurityException | IOException wrong) {
            throw new InvalidRequestException(setting + ": the private key cannot be decrypted; either "
                    + TlsSettings.KEY_PASSWORD + " is another one, or the JDK does not know how it is encrypted: then"
                    + " convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out key.pem");
        }
    }
}
