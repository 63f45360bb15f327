package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.api.spi.authentication.TokenIssuer;
import org.copilotframework.core.fixture.Badges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is not fit to let others in is told all that is wrong, and keeps nobody out who lets nobody in. */
class FitnessTest {
    private static final String GOOD = "k5Zz1vQ0nY8m3Rb7Xc2Wd9Lf4Hg6Jt0P";

    @TempDir
    Path home;

    private Orchestrator started(boolean asked, Map<String, String> settings) {
        OrchestratorBuilder builder = Orchestrator.builder().home(home);
        settings.forEach(builder::setting);
        return (asked ? builder.authenticator(new Badges()) : builder).start();
    }

    private static final Map<String, String> SOUND = Map.of(
            "copilot.environment",
            "prod",
            "copilot.plugins.trust",
            "digest",
            "copilot.log-level",
            "info",
            "copilot.encryption.local.secret-key",
            GOOD,
            "copilot.security.apikey.key",
            GOOD + "x");

    @Test
    void aDevelopersMachineIsOpenOnLoopbackOnly() {
        try (Orchestrator copilot = started(false, Map.of())) {
            copilot.access().demandFit(true);
            assertThatThrownBy(() -> copilot.access().demandFit(false))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("nobody is asked who he is; set API_KEY")
                    .hasMessageContaining("or listen on loopback");
        }
    }

    @Test
    void aDeveloperWhoLetsInOthersNeedsSecretsAndTrustAsWell() {
        try (Orchestrator copilot = started(true, Map.of("copilot.security.apikey.key", "k-17"))) {
            copilot.access().demandFit(true);
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> copilot.access().demandFit(false))
                    .withMessageContaining("copilot.security.apikey.key (in the environment API_KEY)")
                    .withMessageContaining("copilot.plugins.trust is any")
                    .withMessageNotContaining("k-17");
        }
        Map<String, String> sound = Map.of(
                "copilot.security.apikey.key", GOOD, "copilot.plugins.trust", "digest", "copilot.log-level", "debug");
        try (Orchestrator copilot = started(true, sound)) {
            copilot.access().demandFit(false);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "staging", "prod", "enterprise"})
    void tokensForDevelopmentAreSignedOnADevelopersMachineOnly(String environment) {
        Authenticator signing = new SigningBadges();
        try (Orchestrator copilot = Orchestrator.builder()
                .home(home)
                .setting("copilot.environment", environment)
                .authenticator(new Badges())
                .authenticator(signing)
                .start()) {
            Access access = copilot.access();
            if (environment.equals("dev")) {
                assertThat(access.tokens()).isEqualTo(signing.tokens()).isPresent();
            } else {
                assertThatThrownBy(access::tokens)
                        .isInstanceOf(ForbiddenException.class)
                        .hasMessageContaining("APP_ENV");
            }
        }
    }

    /** One that signs what it is asked for. */
    private static final class SigningBadges implements Authenticator {
        private static final TokenIssuer ISSUER = CredentialOrder::subject;

        @Override
        public Optional<Identity> authenticate(Credentials credentials) {
            return Optional.empty();
        }

        @Override
        public Optional<TokenIssuer> tokens() {
            return Optional.of(ISSUER);
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "enterprise", "staging"})
    void allThatIsWrongInProductionIsToldAtOnceWithoutAnySecret(String environment) {
        Map<String, String> settings = Map.of(
                "copilot.environment",
                environment,
                "copilot.log-level",
                "debug",
                "copilot.security.authenticators",
                "none",
                "copilot.encryption.local.secret-key",
                "change-me-please-this-is-no-secret-at-all",
                "copilot.security.apikey.key",
                "k-17");
        try (Orchestrator copilot = started(false, settings)) {
            assertThat(copilot.health().status()).isEqualTo(Health.Status.OK);
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> copilot.access().demandFit(true))
                    .withMessageContaining("copilot.security.authenticators: nobody is asked")
                    .withMessageContaining("copilot.plugins.trust is any")
                    .withMessageContaining("copilot.log-level (in the environment LOG_LEVEL) is debug")
                    .withMessageContaining("copilot.encryption.local.secret-key (in the environment SECRET_KEY)")
                    .withMessageContaining("copilot.security.apikey.key (in the environment API_KEY)")
                    .withMessageNotContaining("k-17")
                    .withMessageNotContaining("change-me");
        }
    }

    @Test
    void inTheClearNobodyIsServedOffLoopbackInProduction() {
        try (Orchestrator copilot = started(true, SOUND)) {
            copilot.access().demandFit(true, true);
            copilot.access().demandFit(false, false);
            assertThatThrownBy(() -> copilot.access().demandFit(false, true))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("copilot.http.tls.certificate")
                    .hasMessageContaining("copilot.http.trusted-proxies");
        }
        Map<String, String> all = Map.of("copilot.environment", "prod");
        try (Orchestrator copilot = started(false, all)) {
            assertThatThrownBy(() -> copilot.access().demandFit(false, true))
                    .hasMessageContaining("copilot.http.tls.certificate")
                    .hasMessageContaining("copilot.plugins.trust is any")
                    .hasMessageContaining("nobody is asked who he is");
        }
        Map<String, String> developer = Map.of("copilot.plugins.trust", "digest");
        try (Orchestrator copilot = started(true, developer)) {
            copilot.access().demandFit(false, true);
        }
    }

    private record Group(java.util.Optional<String> name, int size) {}

    private record Grouped(String host, int port, Group group) {}

    @Test
    void aFaceReadsARecordWithinItsRecordFromTheKeysBelow() {
        try (Orchestrator copilot =
                started(false, Map.of("copilot.http.group.name", "x", "copilot.http.group.size", "3"))) {
            Group group = copilot.settings("http", Grouped.class).group();
            assertThat(group.name()).contains("x");
            assertThat(group.size()).isEqualTo(3);
        }
        Map<String, String> wrong =
                Map.of("copilot.http.group.sizes", "3", "copilot.http.grup.name", "x", "copilot.http.port", "many");
        try (Orchestrator copilot = started(false, wrong)) {
            assertThatThrownBy(() -> copilot.settings("http", Grouped.class))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("copilot.http.group.sizes")
                    .hasMessageContaining("copilot.http.group.size ")
                    .hasMessageContaining("copilot.http.grup.name")
                    .hasMessageContaining("copilot.http.port");
        }
    }

    private record Face(String host, int port, java.util.Optional<String> more) {}

    @Test
    void aFaceReadsItsSettings() {
        Map<String, String> settings = Map.of("copilot.http.port", "0", "copilot.http.more", "x");
        try (Orchestrator copilot = started(false, settings)) {
            Face face = copilot.settings("http", Face.class);
            assertThat(face.port()).isZero();
            assertThat(face.more()).contains("x");
            assertThatThrownBy(() -> copilot.settings("blobs", Face.class)).isInstanceOf(InvalidRequestException.class);
        }
        try (Orchestrator copilot = started(false, Map.of("copilot.http.prot", "1"))) {
            assertThatThrownBy(() -> copilot.settings("http", Face.class))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("did you mean copilot.http.port?");
        }
    }

    @Test
    void whatIsSoundServes() {
        try (Orchestrator copilot = started(true, SOUND)) {
            copilot.access().demandFit(false);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copilot.encryption.local.secret-key",
                "copilot.encryption.local.secret-key-previous",
                "copilot.security.apikey.key",
                "copilot.security.apikey.secret",
                "copilot.security.apikey.secret-previous",
                "copilot.security.jwt.secret",
                "copilot.security.jwt.secret-previous"
            })
    void eachSecretThatIsNoneIsFoundAlsoTheOneBefore(String setting) {
        Map<String, String> settings = new java.util.HashMap<>(SOUND);
        settings.put(setting, "change-me-please-this-is-no-secret-at-all");
        try (Orchestrator copilot = started(true, settings)) {
            for (boolean loopback : new boolean[] {true, false}) {
                assertThatThrownBy(() -> copilot.access().demandFit(loopback))
                        .hasMessageContaining(setting + " (in the environment");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "0123456789012345678901234567890123456789"})
    void aLongSecretThatIsNoneIsFound(String secret) {
        Map<String, String> settings = new java.util.HashMap<>(SOUND);
        settings.put("copilot.security.jwt.secret", secret);
        try (Orchestrator copilot = started(true, settings)) {
            assertThatThrownBy(() -> copilot.access().demandFit(false))
                    .hasMessageContaining("copilot.security.jwt.secret")
                    .hasMessageNotContaining("apikey");
        }
    }
}
