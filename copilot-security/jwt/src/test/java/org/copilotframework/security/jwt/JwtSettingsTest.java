package org.copilotframework.security.jwt;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;

/** Settings that cannot be meant. */
class JwtSettingsTest {
    private static void refuses(Settings settings, String name) {
        assertThatThrownBy(() -> new Asked(settings).close())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.security.jwt." + name);
    }

    private static Settings issuer(String issuer) {
        return Settings.none().with("issuer", issuer).with("audience", List.of("copilot"));
    }

    @Test
    void somethingMustSign() {
        refuses(Settings.none(), "secret");
        refuses(Settings.bySecret().with("jwksUri", URI.create("https://issuer.example/keys")), "issuer");
    }

    @Test
    void anIssuerNeedsAnAudience() {
        refuses(Settings.none().with("issuer", "https://issuer.example"), "audience");
    }

    @Test
    void addressesAreOfTlsOrOfThisMachine() {
        refuses(issuer("http://issuer.example"), "issuer");
        refuses(issuer("http://localhost.evil.example"), "issuer");
        refuses(issuer("file:///etc/passwd"), "issuer");
        refuses(issuer("not an address"), "issuer");
        refuses(issuer("accounts.example").with("jwksUri", URI.create("ftp://issuer.example/keys")), "jwks-uri");
    }

    @Test
    void algorithmsAreThoseThatThereAre() {
        refuses(Settings.bySecret().with("algorithms", List.of("none")), "algorithms");
        refuses(Settings.bySecret().with("algorithms", List.of("HS512")), "algorithms");
    }

    @Test
    void timesAreInTheirBounds() {
        refuses(Settings.bySecret().with("skew", Duration.ofMinutes(6)), "skew");
        refuses(Settings.bySecret().with("skew", Duration.ofSeconds(-1)), "skew");
        refuses(Settings.bySecret().with("pause", Duration.ZERO), "pause");
        refuses(Settings.bySecret().with("refresh", Duration.ZERO), "refresh");
        refuses(Settings.bySecret().with("keysLife", Duration.ofSeconds(1)), "keys-life");
        refuses(Settings.bySecret().with("timeout", Duration.ZERO), "timeout");
    }

    @Test
    void namesAreThose() {
        refuses(Settings.bySecret().with("tenant", "../x"), "tenant");
        refuses(Settings.bySecret().with("subjectClaim", " "), "subject-claim");
    }
}
