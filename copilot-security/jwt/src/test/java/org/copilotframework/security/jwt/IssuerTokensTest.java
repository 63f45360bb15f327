package org.copilotframework.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens that an issuer signs, whose keys come over HTTP. */
class IssuerTokensTest {
    private final Issuer issuer = new Issuer(Tokens.RSA.toPublicJWK());
    private final Map<String, Object> claims = Tokens.claims(issuer.url());

    @AfterEach
    void close() {
        issuer.close();
    }

    @Test
    void anIssuersTokenIsAcceptedByDiscovery() {
        try (Asked asked = new Asked(Settings.of(issuer))) {
            assertThat(asked.let(Tokens.by(Tokens.RSA, claims)).principal().subject())
                    .isEqualTo("alice");
            assertThat(asked.authenticator().troubles()).isEmpty();
            assertThat(issuer.discoveries).hasValue(1);
            assertThat(issuer.fetches).hasValue(1);
        }
    }

    @Test
    void withoutDiscoveryItsKeysAreWhereTheSettingsSay() {
        Map<String, Object> named = Tokens.but(claims, "iss", "accounts.example");
        Settings settings = Settings.of(issuer)
                .with("issuer", "accounts.example")
                .with("jwksUri", URI.create(issuer.url() + "/keys"));
        try (Asked asked = new Asked(settings)) {
            asked.let(Tokens.by(Tokens.RSA, named));
            asked.refuses(Tokens.by(Tokens.RSA, claims)).hasMessageContaining("issuer");
            assertThat(issuer.discoveries).hasValue(0);
        }
    }

    @Test
    void eachAlgorithmHasItsKeysAndNoOthers() {
        ECKey p256 = Tokens.ec("p256", Curve.P_256);
        ECKey p384 = Tokens.ec("p384", Curve.P_384);
        ECKey p521 = Tokens.ec("p521", Curve.P_521);
        Tokens.Ed ed = Tokens.Ed.make("ed");
        issuer.publish(Tokens.RSA.toPublicJWK(), p256.toPublicJWK(), p384.toPublicJWK(), p521.toPublicJWK(), ed.open());
        try (Asked asked = new Asked(Settings.of(issuer))) {
            for (String name : List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")) {
                asked.let(Tokens.by(Tokens.RSA, JWSAlgorithm.parse(name), claims));
            }
            asked.let(Tokens.by(p256, JWSAlgorithm.ES256, claims));
            asked.let(Tokens.by(p384, JWSAlgorithm.ES384, claims));
            asked.let(Tokens.by(p521, JWSAlgorithm.ES512, claims));
            asked.let(ed.sign(JWSAlgorithm.EdDSA, claims));
            asked.let(ed.sign(JWSAlgorithm.Ed25519, claims));
            asked.refuses(Tokens.Ed.make("ed").sign(JWSAlgorithm.EdDSA, claims));
            String body = Tokens.by(p256, JWSAlgorithm.ES256, claims).split("\\.", 2)[1];
            for (String other : List.of("ES384", "RS256", "EdDSA")) {
                asked.refuses(Base64URL.encode("{\"alg\":\"" + other + "\",\"kid\":\"p256\"}") + "." + body);
            }
        }
    }

    @Test
    void onlyTheAlgorithmsOfTheSettingsAreAccepted() {
        try (Asked asked = new Asked(Settings.of(issuer).with("algorithms", List.of("RS256")))) {
            asked.let(Tokens.by(Tokens.RSA, claims));
            asked.refuses(Tokens.by(Tokens.RSA, JWSAlgorithm.RS512, claims)).hasMessageContaining("algorithm");
        }
    }

    @Test
    void whatTheIssuerSaysOfAKeyNarrowsIt() {
        RSAKey signs = new RSAKey.Builder(Tokens.RSA.toPublicJWK())
                .algorithm(JWSAlgorithm.PS256)
                .build();
        RSAKey encrypts = new RSAKey.Builder(Tokens.OTHER_RSA.toPublicJWK())
                .keyUse(KeyUse.ENCRYPTION)
                .build();
        issuer.publish(signs, encrypts);
        try (Asked asked = new Asked(Settings.of(issuer))) {
            asked.let(Tokens.by(Tokens.RSA, JWSAlgorithm.PS256, claims));
            asked.refuses(Tokens.by(Tokens.RSA, claims));
            asked.refuses(Tokens.by(Tokens.OTHER_RSA, claims));
        }
    }

    @Test
    void aTokenThatNamesNoKeyIsTriedWithAFew() {
        issuer.publish(Tokens.OTHER_RSA.toPublicJWK(), Tokens.RSA.toPublicJWK());
        RSAKey nameless = new RSAKey.Builder(Tokens.RSA).keyID(null).build();
        try (Asked asked = new Asked(Settings.of(issuer))) {
            asked.let(Tokens.by(nameless, claims));
        }
    }

    @Test
    void keysThatCannotBeUsedTakeNoOtherWithThem() {
        String right = Tokens.RSA.toPublicJWK().toJSONString();
        issuer.answers(
                200,
                "{\"keys\":[{\"kty\":\"unknown\"},7,null,{},{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"},"
                        + "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"kid\":\"weak\"},"
                        + "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}," + right + "]}");
        try (Asked asked = new Asked(Settings.of(issuer))) {
            asked.let(Tokens.by(Tokens.RSA, claims));
        }
    }

    @Test
    void issuerAndAudienceMustBeRight() {
        try (Asked asked = new Asked(Settings.of(issuer))) {
            for (String wrong : List.of(issuer.url() + "/", "http://evil.example", "")) {
                asked.refuses(Tokens.by(Tokens.RSA, Tokens.but(claims, "iss", wrong)));
            }
            asked.refuses(Tokens.by(Tokens.RSA, Tokens.but(claims, "iss", null)));
            asked.refuses(Tokens.by(Tokens.RSA, Tokens.but(claims, "iss", List.of(issuer.url()))));
            for (Object wrong : List.of("other", List.of("a", "b"), List.of(), "other " + Tokens.AUDIENCE, 7)) {
                asked.refuses(Tokens.by(Tokens.RSA, Tokens.but(claims, "aud", wrong)));
            }
            asked.refuses(Tokens.by(Tokens.RSA, Tokens.but(claims, "aud", null)));
            asked.let(Tokens.by(Tokens.RSA, Tokens.but(claims, "aud", Tokens.AUDIENCE)));
        }
    }

    @Test
    void aTokenOfAnIssuerThatNamesNoTenantHasNone() {
        try (Asked asked = new Asked(Settings.of(issuer))) {
            assertThat(asked.let(Tokens.by(Tokens.RSA, Tokens.but(claims, "tenant", null)))
                            .tenant())
                    .isNull();
        }
    }

    @Test
    void theMetadataOfAnAuthorizationServerDoToo() {
        issuer.isNoOpenIdProvider();
        try (Asked asked = new Asked(Settings.of(issuer))) {
            asked.let(Tokens.by(Tokens.RSA, claims));
        }
    }

    @Test
    void anIssuerThatSaysItIsAnotherIsNotBelieved() {
        issuer.page = "{\"issuer\":\"http://evil.example\",\"jwks_uri\":\"" + issuer.url() + "/keys\"}";
        try (Asked asked = new Asked(Settings.of(issuer))) {
            assertThatThrownBy(() -> asked.let(Tokens.by(Tokens.RSA, claims))).isInstanceOf(UnavailableException.class);
            assertThat(asked.authenticator().troubles())
                    .singleElement()
                    .asString()
                    .contains("another issuer");
            assertThat(issuer.fetches).hasValue(0);
        }
    }

    @Test
    void discoveryDoesNotLeadAwayFromTls() {
        issuer.page = "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":\"http://192.0.2.1/keys\"}";
        try (Asked asked = new Asked(Settings.of(issuer))) {
            assertThatThrownBy(() -> asked.let(Tokens.by(Tokens.RSA, claims))).isInstanceOf(UnavailableException.class);
            assertThat(asked.authenticator().troubles())
                    .singleElement()
                    .asString()
                    .contains("https://");
        }
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (Issuer evil = new Issuer(Tokens.OTHER_RSA.toPublicJWK())) {
            issuer.answer = request -> {
                request.getResponseHeaders().set("Location", evil.url() + "/keys");
                Issuer.text(request, 302, "");
            };
            try (Asked asked = new Asked(Settings.of(issuer))) {
                assertThatThrownBy(() -> asked.let(Tokens.by(Tokens.RSA, claims)))
                        .isInstanceOf(UnavailableException.class);
                assertThat(evil.fetches).hasValue(0);
            }
        }
    }
}
