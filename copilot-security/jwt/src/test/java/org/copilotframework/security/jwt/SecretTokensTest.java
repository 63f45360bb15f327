package org.copilotframework.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.api.spi.authentication.TokenIssuer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tokens that are signed by the secret itself, as other tools sign them. */
class SecretTokensTest {
    private static final Map<String, Object> CLAIMS = Tokens.claims("another-tool");

    /** Made elsewhere with nothing but base64 and HMAC-SHA-256, with Tokens.SECRET: sub=alice, exp=2100-01-01. */
    private static final String OF_ANOTHER_TOOL =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0"
                    + ".Ec3bdbrqGYejTzphIwBhcDEILc2BfpUby2_vegUzOBI";

    private final Asked asked = new Asked(Settings.bySecret());

    @Test
    void aTokenSaysWhoItIs() {
        Identity alice = asked.let(Tokens.bySecret(Tokens.but(CLAIMS, "jti", "t-1")));
        assertThat(alice.principal().subject()).isEqualTo("alice");
        assertThat(alice.principal().scopes()).containsExactlyInAnyOrder("agents:invoke", "sessions:read");
        assertThat(alice.tenant()).isEqualTo(new TenantId("acme"));
        assertThat(alice.tenants()).isEmpty();
        assertThat(alice.credential()).isEqualTo("jwt:t-1");
        assertThat(alice.expires()).isEqualTo(Tokens.NOW.plusSeconds(90));
    }

    @Test
    void aTokenOfAnotherToolIsAccepted() {
        Identity alice = asked.let(OF_ANOTHER_TOOL);
        assertThat(alice.principal().subject()).isEqualTo("alice");
        assertThat(alice.principal().scopes()).isEmpty();
        assertThat(alice.tenant()).isEqualTo(new TenantId("default"));
        assertThat(alice.credential()).matches("jwt:[0-9a-f]{16}");
    }

    @Test
    void withoutABearerTokenItIsNotItsBusiness() {
        assertThat(asked.header()).isEmpty();
        assertThat(asked.header("Basic YWxpY2U6cHc=")).isEmpty();
        assertThat(asked.header("Bearerx y")).isEmpty();
        assertThat(asked.authenticator().challenges()).containsExactly("Bearer realm=\"copilot\"");
    }

    @Test
    void theSchemeIsOfAnyCaseAndThereIsOneHeader() {
        String token = Tokens.bySecret(CLAIMS);
        assertThat(asked.header("bEaReR  " + token)).isPresent();
        assertThatThrownBy(() -> asked.header("Bearer " + token, "Bearer " + token))
                .isInstanceOf(UnauthenticatedException.class);
        assertThatThrownBy(() -> asked.header("Basic x", "Bearer " + token))
                .isInstanceOf(UnauthenticatedException.class);
    }

    @Test
    void theSecretBeforeIsGoodWhileItIsChanged() {
        Asked both = new Asked(Settings.bySecret().with("secretPrevious", Secret.of(Tokens.OTHER_SECRET)));
        both.let(Tokens.bySecret(CLAIMS));
        both.let(Tokens.bySecret(Tokens.OTHER_SECRET, CLAIMS));
        asked.refuses(Tokens.bySecret(Tokens.OTHER_SECRET, CLAIMS));
    }

    @Test
    void aSecretThatChangesInItsSourceNeedsNoRestart() {
        Turning secret = new Turning();
        Asked turned = new Asked(Settings.bySecret().with("secret", secret));
        String first = Tokens.bySecret(CLAIMS);
        turned.let(first);
        secret.now = Tokens.OTHER_SECRET;
        secret.before = Tokens.SECRET;
        turned.let(first);
        turned.let(Tokens.bySecret(Tokens.OTHER_SECRET, CLAIMS));
        secret.before = null;
        turned.refuses(first);
        secret.now = "short";
        turned.refuses(first);
        assertThat(turned.authenticator().troubles()).singleElement().asString().contains("32 bytes");
    }

    @Test
    void aShortSecretIsRefusedWithTheFix() {
        for (String setting : List.of("secret", "secretPrevious")) {
            assertThatThrownBy(() -> new Asked(Settings.bySecret().with(setting, Secret.of("too-short-a-secret"))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("SECRET_KEY")
                    .hasMessageContaining("openssl rand -base64 32")
                    .hasMessageNotContaining("too-short-a-secret");
        }
    }

    @Test
    void itsIssuerIsLookedAtIfTheSettingsSayOne() {
        Asked strict = new Asked(Settings.bySecret().with("secretIssuer", "us").with("audience", List.of("copilot")));
        strict.let(Tokens.bySecret(Tokens.but(CLAIMS, "iss", "us")));
        strict.refuses(Tokens.bySecret(CLAIMS));
        strict.refuses(Tokens.bySecret(Tokens.but(Tokens.but(CLAIMS, "iss", "us"), "aud", null)));
    }

    @Test
    void aDevelopmentTokenIsAcceptedAndEnds() {
        DevelopmentToken token = new DevelopmentToken(
                "dev", new TenantId("acme"), Set.of("agents:invoke", "role:admin"), List.of(), Duration.ofMinutes(5));
        String text = token.sign(Tokens.SECRET, Tokens.NOW);
        Identity dev = asked.let(text);
        assertThat(dev.principal().scopes()).containsExactlyInAnyOrder("agents:invoke", "role:admin");
        assertThat(dev.tenant()).isEqualTo(new TenantId("acme"));
        asked.pass(Duration.ofMinutes(6));
        asked.refuses(text);
    }

    @Test
    void aDevelopmentTokenNamesWhoHasSignedItWhereThatIsAsked() {
        Asked strict = new Asked(Settings.bySecret().with("secretIssuer", "us"));
        DevelopmentToken token =
                new DevelopmentToken("dev", new TenantId("acme"), Set.of(), List.of(), Duration.ofMinutes(5));
        strict.let(token.sign(Tokens.SECRET, "us", Tokens.NOW));
        strict.refuses(token.sign(Tokens.SECRET, Tokens.NOW));
    }

    private static CredentialOrder order(String... scopes) {
        return new CredentialOrder(
                "dev", new TenantId("acme"), Set.of(scopes), Tokens.NOW.plus(Duration.ofHours(1)), null);
    }

    private static TokenIssuer issuer(Settings settings) {
        return new Asked(settings).authenticator().tokens().orElseThrow();
    }

    @Test
    void aTokenThatIsOrderedIsLetInAsOrdered() {
        for (Settings settings : List.of(
                Settings.bySecret(),
                Settings.bySecret().with("secretIssuer", "us").with("audience", List.of("copilot", "other")))) {
            try (Asked reader = new Asked(settings)) {
                Identity dev = reader.let(issuer(settings).issue(order("agents:invoke", "role:admin")));
                assertThat(dev.principal().subject()).isEqualTo("dev");
                assertThat(dev.principal().scopes()).containsExactlyInAnyOrder("agents:invoke", "role:admin");
                assertThat(dev.tenant()).isEqualTo(new TenantId("acme"));
            }
        }
    }

    @Test
    void noTokenIsHandedOutThatWouldNotBeLetInAsOrdered() {
        for (String claim : List.of("tenantClaim", "subjectClaim")) {
            TokenIssuer issuer = issuer(Settings.bySecret().with(claim, "elsewhere"));
            assertThatThrownBy(() -> issuer.issue(order("agents:invoke")))
                    .as(claim)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("copilot.security.jwt");
        }
        TokenIssuer prefixed = issuer(Settings.bySecret().with("scopePrefix", "api://copilot/"));
        assertThatThrownBy(() -> prefixed.issue(order("agents:invoke"))).isInstanceOf(InvalidRequestException.class);
        TokenIssuer issuer = issuer(Settings.bySecret());
        CredentialOrder endless = new CredentialOrder("dev", new TenantId("acme"), Set.of(), null, null);
        assertThatThrownBy(() -> issuer.issue(endless)).hasMessageContaining("expires");
    }

    @Test
    void whoKnowsNoSecretSignsNothing() {
        try (Asked other = new Asked(Settings.none()
                .with("issuer", "https://issuer.example")
                .with("jwksUri", java.net.URI.create("https://127.0.0.1:1/keys"))
                .with("audience", List.of("copilot"))
                .with("secret", org.copilotframework.api.plugin.Secret.of(Tokens.SECRET)))) {
            assertThat(other.authenticator().tokens()).isEmpty();
        }
    }

    @Test
    void aDevelopmentTokenThatCannotBeMeantIsRefused() {
        TenantId acme = new TenantId("acme");
        for (Duration life : List.of(Duration.ZERO, Duration.ofDays(2), Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> new DevelopmentToken("dev", acme, Set.of(), List.of(), life))
                    .isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> new DevelopmentToken("", acme, Set.of(), List.of(), Duration.ofHours(1)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new DevelopmentToken("dev", acme, Set.of("a b"), List.of(), Duration.ofHours(1)))
                .isInstanceOf(InvalidRequestException.class);
        DevelopmentToken right = new DevelopmentToken("dev", acme, Set.of(), List.of("x"), Duration.ofHours(1));
        assertThatThrownBy(() -> right.sign("short", Tokens.NOW))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("SECRET_KEY");
    }

    /** One that is changed in its source. */
    private static final class Turning implements Secret {
        private volatile String now = Tokens.SECRET;
        private volatile @Nullable String before;

        @Override
        public String value() {
            return now;
        }

        @Override
        public Optional<String> previous() {
            return Optional.ofNullable(before);
        }
    }
}
