package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Tokens as issuers and attackers make them. Keys are made once, since RSA takes its time. */
final class Tokens {
    static final String SECRET = "a secret of the tests, long enough 1";
    static final String OTHER_SECRET = "a secret of the tests, long enough 2";
    static final String AUDIENCE = "copilot";
    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    static final RSAKey RSA = rsa("rsa-1");
    static final RSAKey OTHER_RSA = rsa("rsa-2");

    private Tokens() {}

    private static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2_048).keyID(id).generate();
        } catch (JOSEException missing) {
            throw new IllegalStateException(missing);
        }
    }

    static ECKey ec(String id, Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID(id).generate();
        } catch (JOSEException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** What a right token says. */
    static Map<String, Object> claims(String issuer) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("aud", List.of("others", AUDIENCE));
        claims.put("sub", "alice");
        claims.put("tenant", "acme");
        claims.put("scope", "agents:invoke sessions:read");
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.getEpochSecond() + 60);
        return claims;
    }

    /** A changed copy; null takes a claim away. */
    static Map<String, Object> but(Map<String, Object> claims, String name, @Nullable Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(claims);
        changed.put(name, value);
        changed.values().removeIf(one -> one == null);
        return changed;
    }

    static String bySecret(Map<String, Object> claims) {
        return bySecret(SECRET, claims);
    }

    static String bySecret(String secret, Map<String, Object> claims) {
        return signed(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims,
                mac(secret));
    }

    static String by(RSAKey key, Map<String, Object> claims) {
        return by(key, JWSAlgorithm.RS256, claims);
    }

    static String by(JWK key, JWSAlgorithm algorithm, Map<String, Object> claims) {
        return signed(new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims, signer(key));
    }

    static String signed(JWSHeader header, Map<String, Object> claims, JWSSigner signer) {
        String begin = header.toBase64URL() + "." + part(claims);
        try {
            return begin + "." + signer.sign(header, begin.getBytes(UTF_8));
        } catch (JOSEException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    /** With a header that no library would write. */
    static String raw(String header, Map<String, Object> claims, String signature) {
        return Base64URL.encode(header) + "." + part(claims) + "." + signature;
    }

    /** The same, signed by HS256. */
    static String rawBySecret(String header, String payload, byte[] secret) {
        String begin = Base64URL.encode(header) + "." + Base64URL.encode(payload);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return begin + "." + Base64URL.encode(mac.doFinal(begin.getBytes(UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    static Base64URL part(Map<String, Object> claims) {
        return Base64URL.encode(JSONObjectUtils.toJSONString(claims));
    }

    static JWSSigner mac(String secret) {
        try {
            return new MACSigner(secret.getBytes(UTF_8));
        } catch (JOSEException tooShort) {
            throw new IllegalStateException(tooShort);
        }
    }

    static JWSSigner signer(JWK key) {
        try {
            return key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
        } catch (JOSEException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    /** A key of Ed25519, made and used by the JDK. */
    record Ed(KeyPair pair, OctetKeyPair open) {
        static Ed make(String id) {
            try {
                KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                byte[] encoded = pair.getPublic().getEncoded();
                byte[] key = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
                return new Ed(
                        pair,
                        new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(key))
                                .keyID(id)
                                .build());
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException(missing);
            }
        }

        String sign(JWSAlgorithm algorithm, Map<String, Object> claims) {
            JWSHeader header =
                    new JWSHeader.Builder(algorithm).keyID(open.getKeyID()).build();
            String begin = header.toBase64URL() + "." + part(claims);
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(pair.getPrivate());
                signature.update(begin.getBytes(UTF_8));
                return begin + "." + Base64URL.encode(signature.sign());
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException(missing);
            }
        }
    }
}
