package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.plugin.Secret;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens as attackers make them, at an authenticator that accepts the secret and an issuer. */
class TokenAttacksTest {
    private static Issuer issuer;
    private static Asked asked;
    private static Map<String, Object> claims;

    @BeforeAll
    static void open() {
        issuer = new Issuer(Tokens.RSA.toPublicJWK());
        asked = new Asked(Settings.of(issuer)
                .with("secret", Secret.of(Tokens.SECRET))
                .with("algorithms", List.copyOf(Algorithms.ALL)));
        claims = Tokens.claims(issuer.url());
        asked.let(Tokens.by(Tokens.RSA, claims));
        asked.let(Tokens.bySecret(claims));
    }

    @AfterAll
    static void close() {
        asked.close();
        issuer.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\"}",
                "{\"alg\":\"None\"}",
                "{\"alg\":\"nOnE\"}",
                "{\"alg\":\"NONE\",\"typ\":\"JWT\"}",
                "{\"alg\":\"\"}",
                "{\"alg\":null}",
                "{\"alg\":1}",
                "{\"typ\":\"JWT\"}",
                "{\"alg\":[\"HS256\"]}",
                "{\"alg\":\"HS384\"}",
                "{\"alg\":\"HS512\"}",
                "{\"alg\":\"dir\",\"enc\":\"A128GCM\"}",
                "[]",
                "null",
                "{",
                "\u0000"
            })
    void noSignatureAndStrangeHeadersAreRefused(String header) {
        asked.refuses(Tokens.raw(header, claims, "AAAA"));
        assertThatThrownBy(() -> asked.let(Tokens.raw(header, claims, "")))
                .isInstanceOf(UnauthenticatedException.class);
        // Even with the right secret, by an algorithm that is not the header's.
        asked.refuses(Tokens.rawBySecret(
                header, new String(Tokens.part(claims).decode(), UTF_8), Tokens.SECRET.getBytes(UTF_8)));
    }

    @Test
    void anOpenKeyIsNoSecret() throws Exception {
        byte[] encoded = Tokens.RSA.toRSAPublicKey().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(encoded)
                + "\n-----END PUBLIC KEY-----\n";
        String jwk = Tokens.RSA.toPublicJWK().toJSONString();
        String payload = new String(Tokens.part(claims).decode(), UTF_8);
        for (byte[] known : List.of(encoded, pem.getBytes(UTF_8), pem.strip().getBytes(UTF_8), jwk.getBytes(UTF_8))) {
            asked.refuses(Tokens.rawBySecret("{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}", payload, known));
            asked.refuses(Tokens.rawBySecret("{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}", payload, known));
        }
    }

    @Test
    void aSecretInTheKeysOfAnIssuerIsNotUsed() {
        String secret = "an oct key that the issuer publishes, by mistake";
        String set = "{\"keys\":[" + Tokens.RSA.toPublicJWK().toJSONString()
                + ",{\"kty\":\"oct\",\"kid\":\"o\",\"alg\":\"HS256\",\"k\":\""
                + Base64URL.encode(secret) + "\"}]}";
        try (Issuer careless = new Issuer()) {
            careless.answers(200, set);
            Map<String, Object> said = Tokens.claims(careless.url());
            try (Asked only = new Asked(Settings.of(careless));
                    Asked both = new Asked(Settings.of(careless)
                            .with("secret", Secret.of(Tokens.SECRET))
                            .with("algorithms", List.copyOf(Algorithms.ALL)))) {
                only.let(Tokens.by(Tokens.RSA, said));
                for (Asked one : List.of(only, both)) {
                    JWSHeader header =
                            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("o").build();
                    one.refuses(Tokens.signed(header, said, Tokens.mac(secret)));
                }
                only.refuses(Tokens.bySecret(said));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../../dev/null",
                "/etc/passwd",
                "x' OR '1'='1",
                "x' UNION SELECT 'secret' --",
                "http://127.0.0.1:1/keys",
                "rsa-1\u0000",
                "rsa-1\n",
                " rsa-1",
                "RSA-1",
                ""
            })
    void theNameOfAKeyIsLookedUpAndNothingElse(String id) {
        JWSHeader other = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(id).build();
        asked.refuses(Tokens.signed(other, claims, Tokens.signer(Tokens.RSA)));
        JWSHeader bySecret = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(id).build();
        asked.refuses(Tokens.signed(bySecret, claims, Tokens.mac("\u0000".repeat(32))));
    }

    @Test
    void keysThatATokenBringsOrPointsToAreIgnored() throws Exception {
        try (Issuer evil = new Issuer(Tokens.OTHER_RSA.toPublicJWK())) {
            URI there = URI.create(evil.url() + "/keys");
            JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256);
            for (JWSHeader one : List.of(
                    header.jwk(Tokens.OTHER_RSA.toPublicJWK()).build(),
                    header.keyID("rsa-2").build(),
                    header.jwkURL(there).x509CertURL(there).build(),
                    header.keyID("rsa-1").build())) {
                asked.refuses(Tokens.signed(one, claims, Tokens.signer(Tokens.OTHER_RSA)));
            }
            JWSHeader right = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .keyID("rsa-1")
                    .jwk(Tokens.OTHER_RSA.toPublicJWK())
                    .jwkURL(there)
                    .build();
            asked.let(Tokens.signed(right, claims, Tokens.signer(Tokens.RSA)));
            assertThat(evil.fetches).hasValue(0);
            assertThat(evil.discoveries).hasValue(0);
        }
    }

    @Test
    void whatWasChangedIsRefused() {
        String token = Tokens.by(Tokens.RSA, claims);
        String[] parts = token.split("\\.");
        String admin = Tokens.part(Tokens.but(claims, "scope", "*")).toString();
        asked.refuses(parts[0] + "." + admin + "." + parts[2]);
        asked.refuses(parts[0] + "." + parts[1] + "." + parts[2].substring(0, 300));
        asked.refuses(parts[0] + "." + parts[1] + ".AAAA");
        asked.refuses(token + ".");
        asked.refuses(token + "=");
        asked.refuses("." + token);
        asked.refuses(parts[0] + "." + parts[1]);
        asked.refuses(parts[0] + ".." + parts[2]);
        asked.refuses(token.replace('.', ' '));
        asked.refuses("a.b.c.d.e");
        asked.refuses("");
        asked.refuses("ключ.ключ.ключ");
    }

    @Test
    void signaturesOfEllipticCurvesThatFitEverythingAreRefused() {
        ECKey key = Tokens.ec("ec", Curve.P_256);
        try (Issuer curves = new Issuer(key.toPublicJWK());
                Asked one = new Asked(Settings.of(curves))) {
            Map<String, Object> said = Tokens.claims(curves.url());
            one.let(Tokens.by(key, JWSAlgorithm.ES256, said));
            String zeros = Base64URL.encode(new byte[64]).toString();
            one.refuses(Tokens.raw("{\"alg\":\"ES256\",\"kid\":\"ec\"}", said, zeros));
        }
    }

    @Test
    void aHugeTokenIsRefusedUnreadAndNoneIsEverShown() {
        String huge = Tokens.by(Tokens.RSA, Tokens.but(claims, "x", "y".repeat(20_000)));
        asked.refuses(huge)
                .hasMessageContaining("16384")
                .satisfies(said -> assertThat(said.getMessage()).hasSizeLessThan(200));
        asked.refuses("a".repeat(10_000_000));
        asked.refuses(Tokens.raw("{\"alg\":\"RS256\",\"x\":\"do-not-show\"}", claims, "AAAA"))
                .hasMessageNotContaining("do-not-show");
    }

    @Test
    void deepNestingIsRefusedAndHarmsNobody() {
        String deep = "[".repeat(8_000);
        asked.refuses(Tokens.raw("{\"alg\":\"RS256\",\"x\":" + deep, claims, "AAAA"));
        asked.refuses(Tokens.rawBySecret("{\"alg\":\"HS256\"}", "{\"x\":" + deep, Tokens.SECRET.getBytes(UTF_8)));
        String closed = "[".repeat(4_000) + "]".repeat(4_000);
        asked.refuses(
                Tokens.rawBySecret("{\"alg\":\"HS256\"}", "{\"x\":" + closed + "}", Tokens.SECRET.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"JOSE", "dpop+jwt", "logout+jwt", "secevent+jwt", "kb+jwt", "JWE"})
    void aTokenForAnotherPurposeIsRefused(String type) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(new JOSEObjectType(type))
                .build();
        asked.refuses(Tokens.signed(header, claims, Tokens.mac(Tokens.SECRET)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"})
    void aTokenForThisPurposeIsAccepted(String type) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(new JOSEObjectType(type))
                .build();
        asked.let(Tokens.signed(header, claims, Tokens.mac(Tokens.SECRET)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
                "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
                "{\"alg\":\"HS256\",\"b64\":false}",
                "{\"alg\":\"HS256\",\"zip\":\"DEF\",\"crit\":[\"zip\"]}"
            })
    void aHeaderThatDemandsWhatIsNotDoneIsRefused(String header) {
        asked.refuses(Tokens.rawBySecret(
                header, new String(Tokens.part(claims).decode(), UTF_8), Tokens.SECRET.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"text\"", "{\"exp\":", "{}", "\u0000", "{\"exp\":4102444800}"})
    void claimsThatAreNoneAreRefused(String payload) {
        asked.refuses(Tokens.rawBySecret("{\"alg\":\"HS256\"}", payload, Tokens.SECRET.getBytes(UTF_8)));
    }
}
