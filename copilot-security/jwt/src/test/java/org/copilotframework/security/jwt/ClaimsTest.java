package org.copilotframework.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.authentication.Identity;
import org.junit.jupiter.api.Test;

/** What tokens say, and what of it counts. */
class ClaimsTest {
    private static final Map<String, Object> CLAIMS = Tokens.claims("issuer");

    private static Identity let(Settings settings, Map<String, Object> claims) {
        return new Asked(settings).let(Tokens.bySecret(claims));
    }

    private static void refuses(Map<String, Object> claims) {
        new Asked(Settings.bySecret()).refuses(Tokens.bySecret(claims));
    }

    @Test
    void timesAreHeldWithALittleSkew() {
        long now = Tokens.NOW.getEpochSecond();
        let(Settings.bySecret(), Tokens.but(CLAIMS, "exp", now - 29));
        let(Settings.bySecret(), Tokens.but(CLAIMS, "nbf", now + 30));
        let(Settings.bySecret(), Tokens.but(CLAIMS, "exp", now + 5.5));
        refuses(Tokens.but(CLAIMS, "exp", now - 30));
        refuses(Tokens.but(CLAIMS, "nbf", now + 31));
        refuses(Tokens.but(CLAIMS, "iat", now + 31));
        Settings exact = Settings.bySecret().with("skew", Duration.ZERO);
        new Asked(exact).refuses(Tokens.bySecret(Tokens.but(CLAIMS, "exp", now)));
    }

    @Test
    void timesThatAreNoneAreRefused() {
        for (Object wrong : Arrays.asList(null, "2100-01-01", -1, 1e300, Long.MAX_VALUE, true, List.of(1))) {
            refuses(Tokens.but(CLAIMS, "exp", wrong));
        }
        refuses(Tokens.but(CLAIMS, "nbf", "soon"));
        refuses(Tokens.but(CLAIMS, "iat", List.of()));
    }

    @Test
    void aSubjectIsNeeded() {
        for (Object wrong : Arrays.asList(null, "", 7, List.of("alice"), "a\nb", "a".repeat(257))) {
            refuses(Tokens.but(CLAIMS, "sub", wrong));
        }
        Settings byMail = Settings.bySecret().with("subjectClaim", "email");
        assertThat(let(byMail, Tokens.but(CLAIMS, "email", "alice@example.org"))
                        .principal()
                        .subject())
                .isEqualTo("alice@example.org");
    }

    @Test
    void scopesAreATextOrAListInAnyOfTheClaims() {
        Map<String, Object> list = Tokens.but(Tokens.but(CLAIMS, "scope", null), "scp", List.of("a", "b"));
        assertThat(let(Settings.bySecret(), list).principal().scopes()).containsExactlyInAnyOrder("a", "b");
        Map<String, Object> text = Tokens.but(CLAIMS, "scope", "  a \t b ");
        assertThat(let(Settings.bySecret(), text).principal().scopes()).containsExactlyInAnyOrder("a", "b");
        refuses(Tokens.but(CLAIMS, "scope", 7));
        refuses(Tokens.but(CLAIMS, "scope", List.of(1, 2)));
        refuses(Tokens.but(CLAIMS, "scope", Map.of("a", "b")));
    }

    @Test
    void aTokenThatSaysNothingOfScopesHasThoseOfTheSettingsAndOneThatSaysNoneHasNone() {
        Settings settings = Settings.bySecret().with("scopes", List.of("agents:invoke"));
        assertThat(let(settings, Tokens.but(CLAIMS, "scope", null)).principal().scopes())
                .containsExactly("agents:invoke");
        assertThat(let(settings, Tokens.but(CLAIMS, "scope", "")).principal().scopes())
                .isEmpty();
        assertThat(let(Settings.bySecret(), Tokens.but(CLAIMS, "scope", null))
                        .principal()
                        .scopes())
                .isEmpty();
    }

    @Test
    void onlyScopesWithThePrefixCount() {
        Settings settings = Settings.bySecret().with("scopePrefix", "api://copilot/");
        Map<String, Object> claims = Tokens.but(CLAIMS, "scope", "* api://copilot/agents:invoke api://copilot/ openid");
        assertThat(let(settings, claims).principal().scopes()).containsExactly("agents:invoke");
    }

    @Test
    void rolesComeFromTheirOwnClaimsAlsoWithinObjects() {
        Settings settings =
                Settings.bySecret().with("rolesClaims", List.of("realm_access.roles", "https://acme.example/roles"));
        Map<String, Object> claims = Tokens.but(CLAIMS, "realm_access", Map.of("roles", List.of("operator")));
        claims.put("https://acme.example/roles", "reader");
        claims.put("scope", "role:admin agents:invoke");
        assertThat(let(settings, claims).principal().scopes())
                .containsExactlyInAnyOrder("role:operator", "role:reader", "agents:invoke");
        for (Object other : List.of("text", List.of(), Map.of("roles", Map.of()), Map.of())) {
            Map<String, Object> none = Tokens.but(CLAIMS, "realm_access", other);
            none.remove("scope");
            if (other.equals(Map.of("roles", Map.of()))) {
                new Asked(settings).refuses(Tokens.bySecret(none));
            } else {
                assertThat(let(settings, none).principal().scopes()).isEmpty();
            }
        }
    }

    @Test
    void aTenantIsNamedByTheTokenOrTheSettings() {
        Map<String, Object> none = Tokens.but(CLAIMS, "tenant", null);
        assertThat(let(Settings.bySecret(), none).tenant()).isEqualTo(new TenantId("default"));
        assertThat(let(Settings.bySecret().with("tenant", "house"), none).tenant())
                .isEqualTo(new TenantId("house"));
        Settings nested = Settings.bySecret().with("tenantClaim", "org.id");
        assertThat(let(nested, Tokens.but(CLAIMS, "org", Map.of("id", "umbrella")))
                        .tenant())
                .isEqualTo(new TenantId("umbrella"));
        for (Object wrong : List.of("../x", "", "a b", 7, List.of("../x"))) {
            refuses(Tokens.but(CLAIMS, "tenant", wrong));
        }
    }

    @Test
    void severalTenantsAreForTheRequestToChoose() {
        Identity one = let(Settings.bySecret(), Tokens.but(CLAIMS, "tenants", List.of("a", "b")));
        assertThat(one.tenant()).isEqualTo(new TenantId("acme"));
        assertThat(one.tenants()).containsExactlyInAnyOrder("a", "b");
        Identity several = let(Settings.bySecret(), Tokens.but(CLAIMS, "tenant", List.of("a", "b")));
        assertThat(several.tenant()).isNull();
        assertThat(several.mayActFor(new TenantId("b"))).isTrue();
        assertThat(several.mayActFor(new TenantId("c"))).isFalse();
        assertThat(let(Settings.bySecret(), Tokens.but(CLAIMS, "tenants", "*")).mayActFor(new TenantId("c")))
                .isTrue();
        refuses(Tokens.but(CLAIMS, "tenants", List.of("a", "../x")));
        // All tenants are for the claim that says so, and for no other.
        assertThat(let(Settings.bySecret(), Tokens.but(CLAIMS, "tenant", List.of("a", "*")))
                        .mayActFor(new TenantId("c")))
                .isFalse();
        refuses(Tokens.but(CLAIMS, "tenant", "*"));
    }
}
