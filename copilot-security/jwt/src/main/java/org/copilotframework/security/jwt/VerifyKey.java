package org.copilotframework.security.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that signatures are verified by.
 *
 * @param id its name; null if it has none
 * @param algorithms those that it may be used with; none of another kind of key is among them
 * @param check what verifies
 */
record VerifyKey(@Nullable String id, Set<JWSAlgorithm> algorithms, Check check) {
    private static final int FEWEST_BITS = 2_048;
    private static final int MOST_BITS = 8_192;

    /** Verifies a signature. Safe for use by several threads. */
    interface Check {
        boolean verify(JWSHeader header, byte[] signed, Base64URL signature) throws JOSEException;
    }

    /** The secret that both sides have. */
    static VerifyKey of(byte[] secret) {
        try {
            return new VerifyKey(null, Set.of(JWSAlgorithm.HS256), new MACVerifier(secret)::verify);
        } catch (JOSEException tooShort) {
            throw new IllegalArgumentException("the secret is too short", tooShort);
        }
    }

    /**
     * A key of an issuer.
     *
     * @return empty if it is for another purpose, of a kind that is not known, or too weak. A secret is none of them: whoever reads it
     *     there could sign by it
     * @throws JOSEException if it is broken
     */
    static Optional<VerifyKey> of(JWK jwk) throws JOSEException {
        boolean forSignatures = (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE))
                && (jwk.getKeyOperations() == null || jwk.getKeyOperations().contains(KeyOperation.VERIFY));
        if (!forSignatures) {
            return Optional.empty();
        }
        Optional<VerifyKey> key = Optional.empty();
        if (jwk instanceof RSAKey rsa) {
            RSAPublicKey open = rsa.toRSAPublicKey();
            int bits = open.getModulus().bitLength();
            key = bits >= FEWEST_BITS && bits <= MOST_BITS
                    ? made(jwk, Algorithms.RSA, new RSASSAVerifier(open)::verify)
                    : Optional.empty();
        } else if (jwk instanceof ECKey ec) {
            JWSAlgorithm ofCurve = ofCurve(ec.getCurve());
            key = ofCurve == null
                    ? Optional.empty()
                    : made(jwk, Set.of(ofCurve), new ECDSAVerifier(ec.toECPublicKey())::verify);
        } else if (jwk instanceof OctetKeyPair pair && pair.getCurve().equals(Curve.Ed25519)) {
            key = made(jwk, Algorithms.ED25519, Ed25519.check(pair.getDecodedX()));
        }
        return key;
    }

    private static Optional<VerifyKey> made(JWK jwk, Set<JWSAlgorithm> possible, Check check) {
        if (jwk.getAlgorithm() == null) {
            return Optional.of(new VerifyKey(jwk.getKeyID(), possible, check));
        }
        // What the issuer says of the key narrows it, and never widens.
        return possible.stream()
                .filter(one -> one.getName().equals(jwk.getAlgorithm().getName()))
                .findFirst()
                .map(only -> new VerifyKey(jwk.getKeyID(), Set.of(only), check));
    }

    private static @Nullable JWSAlgorithm ofCurve(Curve curve) {
        if (curve.equals(Curve.P_256)) {
            return JWSAlgorithm.ES256;
        } else if (curve.equals(Curve.P_384)) {
            return JWSAlgorithm.ES384;
        }
        return curve.equals(Curve.P_521) ? JWSAlgorithm.ES512 : null;
    }

    /** Whether it has signed a token, by an algorithm that it may be used with. */
    boolean hasSigned(TokenText token) throws RefusedTokenException {
        try {
            return algorithms.contains(token.header().getAlgorithm())
                    && check.verify(token.header(), token.signed(), token.signature());
        } catch (JOSEException | IllegalArgumentException broken) {
            throw new RefusedTokenException("its signature has a form that none has");
        }
    }

    /** {@return its name and what it is for} */
    @Override
    public String toString() {
        return "VerifyKey[" + id + ", " + algorithms + "]";
    }
}
