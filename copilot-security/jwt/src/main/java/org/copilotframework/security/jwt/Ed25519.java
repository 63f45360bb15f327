package org.copilotframework.security.jwt;

import com.nimbusds.jose.JOSEException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Signatures of Ed25519 by the JDK: Nimbus would need a further library for them. */
final class Ed25519 {
    /** What stands before the 32 bytes of a key in X.509 (RFC 8410). */
    private static final String BEFORE_KEY = "302a300506032b6570032100";

    private static final int KEY_BYTES = 32;

    private Ed25519() {}

    static VerifyKey.Check check(byte[] key) throws JOSEException {
        if (key.length != KEY_BYTES) {
            throw new JOSEException("a key of Ed25519 has " + KEY_BYTES + " bytes");
        }
        PublicKey open =
                open(HexFormat.of().parseHex(BEFORE_KEY + HexFormat.of().formatHex(key)));
        return (header, signed, signature) -> verify(open, signed, signature.decode());
    }

    private static PublicKey open(byte[] encoded) throws JOSEException {
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException broken) {
            throw new JOSEException("no key of Ed25519", broken);
        }
    }

    private static boolean verify(PublicKey key, byte[] signed, byte[] signature) throws JOSEException {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (SignatureException otherForm) {
            return false;
        } catch (InvalidKeyException | NoSuchAlgorithmException broken) {
            throw new JOSEException("no key of Ed25519", broken);
        }
    }
}
