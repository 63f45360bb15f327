package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.copilotframework.core.fixture.Badges.from;
import static org.copilotframework.core.fixture.Badges.sent;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.core.fixture.Badges;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, as whom, and what he may do. */
class AccessTest {
    private static final String TENANT = "X-Tenant-Id";

    @TempDir
    Path home;

    private final Badges badges = new Badges()
            .with("blue", "acme", "sessions:read")
            .with("red", "acme", "role:operator", "role:unheard-of", "agents:invoke")
            .of("many", "acme", "globex")
            .of("any", "*");
    private final List<AuditEntry> audited = new ArrayList<>();
    private Orchestrator copilot;

    @AfterEach
    void close() {
        if (copilot != null) {
            copilot.close();
        }
    }

    private Access started(UnaryOperator<OrchestratorBuilder> more) {
        copilot = more.apply(Orchestrator.builder().home(home).audit(audited::add))
                .start();
        return copilot.access();
    }

    private Access guarded() {
        return started(builder ->
                builder.authenticator(badges).setting("copilot.security.roles.operator", "plugins:write, health:read"));
    }

    private static final class Broken implements Authenticator {
        private final RuntimeException fault;

        Broken(RuntimeException fault) {
            this.fault = fault;
        }

        @Override
        public Optional<Identity> authenticate(Credentials credentials) {
            throw fault;
        }

        @Override
        public List<String> troubles() {
            return List.of("the keys are of yesterday, and the password is correct horse battery");
        }

        @Override
        public Optional<CredentialAdmin> admin() {
            throw fault;
        }

        @Override
        public void close() {}
    }

    @Test
    void whereNobodyIsAskedWhoeverComesIsTheLocalCaller() {
        Access access = started(builder -> builder);
        assertThat(access.open()).isTrue();
        Admission admission = access.admit(sent());
        assertThat(admission.caller()).isEqualTo(Caller.local());
        assertThat(admission.credential()).isEqualTo("open");
        assertThat(access.admit(sent(TENANT, "acme")).caller().tenant()).hasToString("acme");
        access.permit(admission, "plugins:write", "plugin/x");
        assertThat(access.challenges()).isEmpty();
        assertThat(access.credentials()).isEmpty();
    }

    @Test
    void aCallerIsWhoHisCredentialsSay() {
        Access access = guarded();
        assertThat(access.open()).isFalse();
        Admission admission = access.admit(sent("X-Badge", "blue"));
        assertThat(admission.caller().tenant()).hasToString("acme");
        assertThat(admission.caller().principal().subject()).isEqualTo("owner of blue");
        assertThat(admission.credential()).isEqualTo("badge:blue");
        assertThat(admission.remote()).isEqualTo("192.0.2.1");
        assertThat(access.challenges()).containsExactly("Badge header=\"x-badge\"");
        assertThat(audited).isEmpty();
    }

    @Test
    void whoIsRefusedLearnsNothingOfWhyAndTheAuditDoes() {
        Access access = guarded();
        badges.until("old", Instant.now().minusSeconds(1));
        List<String> words = new ArrayList<>();
        for (Credentials one :
                List.of(sent("x-badge", "forged"), sent("x-badge", "old"), sent("x-badge", "blue", "x-badge", "red"))) {
            assertThatThrownBy(() -> access.admit(one))
                    .isInstanceOf(UnauthenticatedException.class)
                    .satisfies(told -> words.add(told.getMessage()));
        }
        assertThat(words).hasSize(3).containsOnly("the credentials of this request are not valid; send others");
        assertThat(audited)
                .extracting(AuditEntry::action, AuditEntry::outcome, AuditEntry::remote, AuditEntry::subject)
                .containsOnly(org.assertj.core.groups.Tuple.tuple(
                        "authenticate", AuditEntry.Outcome.DENIED, "192.0.2.1", ""));
        assertThat(audited.get(0).detail()).contains("'forged' was never handed out");
        assertThat(audited.get(1).detail()).isEqualTo("badge:old has expired");
        assertThat(audited.get(2).detail()).contains("send it once");
    }

    @Test
    void whoBringsNothingIsAskedForCredentials() {
        Access access = guarded();
        assertThatThrownBy(() -> access.admit(sent()))
                .isInstanceOf(UnauthenticatedException.class)
                .hasMessageContaining("there are no credentials");
        assertThat(audited).isEmpty();
    }

    @Test
    void severalAreAskedInTurnAndOneThatRefusesEndsTheSearch() {
        Badges second = new Badges("x-second").with("green", "globex");
        Access access = started(builder -> builder.authenticator(badges).authenticator(second));
        assertThat(access.admit(sent("x-second", "green")).caller().tenant()).hasToString("globex");
        assertThat(access.admit(sent("x-second", "green", "x-badge", "blue"))
                        .caller()
                        .tenant())
                .hasToString("acme");
        int asked = second.asked();
        assertThatThrownBy(() -> access.admit(sent("x-second", "green", "x-badge", "forged")))
                .isInstanceOf(UnauthenticatedException.class);
        assertThat(second.asked()).isEqualTo(asked);
        assertThat(access.challenges()).hasSize(2);
    }

    @Test
    void anotherTenantIsNamedByWhoIsAllowedSeveral() {
        Access access = guarded();
        assertThat(access.admit(sent("x-badge", "many", TENANT, "globex"))
                        .caller()
                        .tenant())
                .hasToString("globex");
        assertThat(access.admit(sent("x-badge", "any", TENANT, "initech"))
                        .caller()
                        .tenant())
                .hasToString("initech");
        assertThat(access.admit(sent("x-badge", "blue", TENANT, "acme"))
                        .caller()
                        .tenant())
                .hasToString("acme");
        assertThatThrownBy(() -> access.admit(sent("x-badge", "many")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("name one in the header X-Tenant-Id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"initech", "copilot.host", "copilot.keys"})
    void aTenantThatIsNotHisAndOneThatNobodyHasAreRefusedInTheSameWords(String tenant) {
        Access access = guarded();
        for (String badge : List.of("many", "blue")) {
            assertThatThrownBy(() -> access.admit(sent("x-badge", badge, TENANT, tenant)))
                    .isInstanceOf(ForbiddenException.class)
                    .hasMessage("these credentials are not for the tenant that is asked for");
        }
        assertThat(audited).extracting(AuditEntry::action).containsExactly("tenants:act", "tenants:act");
        assertThat(audited.get(0).tenant()).hasToString(tenant);
        assertThat(audited.get(0).subject()).isEqualTo("owner of many");
    }

    @Test
    void nobodyIsLetInAsTheHostItself() {
        Access access = guarded();
        badges.with("evil", "copilot.host", "*");
        assertThatThrownBy(() -> access.admit(sent("x-badge", "evil"))).isInstanceOf(ForbiddenException.class);
        assertThatThrownBy(() -> access.admit(sent("x-badge", "any", TENANT, "copilot.host")))
                .isInstanceOf(ForbiddenException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../acme", "a b", "ac\u0000me", "-acme"})
    void aTenantWithoutTheFormOfOneIsABadRequestThatIsNotEchoed(String tenant) {
        Access access = guarded();
        assertThatThrownBy(() -> access.admit(sent("x-badge", "any", TENANT, tenant)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("header X-Tenant-Id: a tenant is named by 1 to 128 ASCII letters");
        assertThatThrownBy(() -> access.admit(sent("x-badge", "any", TENANT, "a", TENANT, "b")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("send it once");
    }

    @Test
    void rolesBecomeScopesAndNeverStay() {
        Access access = guarded();
        Admission admission = access.admit(sent("x-badge", "red"));
        assertThat(admission.caller().principal().scopes())
                .containsExactlyInAnyOrder("plugins:write", "health:read", "agents:invoke");
        access.permit(admission, "plugins:write", "");
        access.permit(admission, "agents:invoke:hello", "");
    }

    @Test
    void whatWasNotGrantedIsRefusedAndAudited() {
        Access access = guarded();
        Admission admission = access.admit(sent("x-badge", "blue"));
        access.permit(admission, "sessions:read", "session/s1");
        assertThat(audited).isEmpty();
        assertThatThrownBy(() -> access.permit(admission, "sessions:delete", "session/s1"))
                .isInstanceOf(ForbiddenException.class)
                .hasMessage("this takes the scope sessions:delete, which was not granted");
        AuditEntry entry = audited.get(0);
        assertThat(entry.action()).isEqualTo("sessions:delete");
        assertThat(entry.target()).isEqualTo("session/s1");
        assertThat(entry.outcome()).isEqualTo(AuditEntry.Outcome.DENIED);
        assertThat(entry.credential()).isEqualTo("badge:blue");
    }

    @Test
    void theApplicationsAuthorizerDecides() {
        Authorizer owl = new Authorizer() {
            @Override
            public boolean mayInvoke(Caller caller, String agent) {
                return false;
            }

            @Override
            public boolean may(Caller caller, String scope, String target) {
                if (target.equals("trap")) {
                    throw new IllegalStateException("in the authorizer");
                } else if (target.equals("wall")) {
                    throw new ForbiddenException("no owl may");
                }
                return target.equals("session/mine");
            }
        };
        Access access = started(builder -> builder.authenticator(badges).authorizer(owl));
        Admission admission = access.admit(sent("x-badge", "blue"));
        access.permit(admission, "sessions:delete", "session/mine");
        assertThatThrownBy(() -> access.permit(admission, "sessions:read", "session/other"))
                .isInstanceOf(ForbiddenException.class);
        assertThatThrownBy(() -> access.permit(admission, "sessions:read", "trap"))
                .isInstanceOf(UnavailableException.class);
        assertThat(audited).hasSize(1);
        assertThatThrownBy(() -> access.permit(admission, "sessions:read", "wall"))
                .isInstanceOf(ForbiddenException.class)
                .hasMessage("no owl may");
        assertThat(audited)
                .extracting(AuditEntry::target, AuditEntry::outcome)
                .contains(org.assertj.core.groups.Tuple.tuple("wall", AuditEntry.Outcome.DENIED));
    }

    @Test
    void anAddressWithTooManyCredentialsThatAreNotValidIsKeptOut() {
        Access access =
                started(builder -> builder.authenticator(badges).setting("copilot.security.failed-attempts", "3"));
        assertThatThrownBy(() -> access.admit(from("198.51.100.7", "x-badge", "forged")))
                .isInstanceOf(UnauthenticatedException.class);
        int asked = badges.asked();
        // One more is looked at each second, and a new minute may begin; most are not.
        int keptOut = 0;
        for (int i = 0; i < 500; i++) {
            String remote = i % 2 == 0 ? "2001:db8:1:2:ffff::" + i + "%eth0" : "[2001:db8:1:2::" + i + "]";
            try {
                access.admit(from(remote, "x-badge", "forged"));
            } catch (QuotaExceededException much) {
                keptOut++;
                assertThat(much.retryAfter())
                        .hasValueSatisfying(
                                wait -> assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1)));
            } catch (UnauthenticatedException looked) {
                assertThat(looked).hasMessageContaining("not valid");
            }
        }
        assertThat(keptOut).isGreaterThan(250);
        assertThat(badges.asked() - asked).isEqualTo(500 - keptOut);
        access.admit(from("2001:db8:1:3::1", "x-badge", "blue"));
        access.admit(from("198.51.100.7", "x-badge", "blue"));
    }

    @Test
    void anAddressFromWhichSomebodyWasLetInIsSharedAndNotKeptOut() {
        Access access =
                started(builder -> builder.authenticator(badges).setting("copilot.security.failed-attempts", "3"));
        access.admit(from("proxy", "x-badge", "blue"));
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> access.admit(from("proxy", "x-badge", "forged")))
                    .isInstanceOf(UnauthenticatedException.class);
        }
        access.admit(from("proxy", "x-badge", "red"));
    }

    @Test
    void whoSendsNothingOrIsForbiddenIsNotCountedAmongThem() {
        Access access =
                started(builder -> builder.authenticator(badges).setting("copilot.security.failed-attempts", "1"));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> access.admit(sent())).isInstanceOf(UnauthenticatedException.class);
            assertThatThrownBy(() -> access.admit(sent("x-badge", "blue", TENANT, "globex")))
                    .isInstanceOf(ForbiddenException.class);
        }
        access.admit(sent("x-badge", "blue"));
    }

    @Test
    void anAuthenticatorThatFailsLetsNobodyInAndItsWordsStayInside() {
        Access access = started(builder -> builder.authenticator(new Broken(new IllegalStateException("secret detail")))
                .setting("copilot.plugin.x.password", "correct horse battery")
                .authenticator(badges));
        assertThat(access.credentials()).isEmpty();
        assertThatThrownBy(() -> access.admit(sent("x-badge", "blue")))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("it cannot be told now who calls; try again")
                .hasNoCause();
        assertThat(copilot.health().parts()).anySatisfy(part -> {
            assertThat(part.name()).isEqualTo("authentication");
            assertThat(part.status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(part.reason()).contains("the keys are of yesterday").doesNotContain("horse");
        });
    }

    @Test
    void anIssuerThatIsDownAndACredentialThatIsUsedTooOftenAreToldApart() {
        Access down = started(builder -> builder.authenticator(
                new Broken(new UnavailableException("10.0.0.7 does not answer", Duration.ofSeconds(7)))));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> down.admit(sent()))
                .withMessage("it cannot be told now who calls; try again")
                .satisfies(told -> assertThat(told.retryAfter()).contains(Duration.ofSeconds(7)));
        copilot.close();
        Access often = started(builder -> builder.authenticator(
                new Broken(new QuotaExceededException("key k7 has 60 a minute", Duration.ofSeconds(9)))));
        assertThatExceptionOfType(QuotaExceededException.class)
                .isThrownBy(() -> often.admit(sent()))
                .withMessage("this credential was used too often")
                .satisfies(told -> assertThat(told.retryAfter()).contains(Duration.ofSeconds(9)));
    }

    @Test
    void aClosedDoorIsClosedAndWhatTheApplicationGaveStaysItsOwn() {
        Access access = guarded();
        access.admit(sent("x-badge", "blue"));
        copilot.close();
        assertThat(access.open()).isFalse();
        assertThatThrownBy(() -> access.admit(sent("x-badge", "blue"))).isInstanceOf(UnauthenticatedException.class);
        assertThatThrownBy(() -> copilot.access()).isInstanceOf(UnavailableException.class);
        assertThat(badges.closed()).isZero();
    }
}
