package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.copilotframework.core.fixture.Badges.sent;

import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.fixture.Badges;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which authenticators are asked: those that plugins bring, by name. */
class AuthenticatorsTest {
    private static final String NAMES = "copilot.security.authenticators";
    private static final String KEY = "copilot.security.apikey.key";

    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    /** Knows one key by its settings, and counts in its values how often it was used. */
    private void drop(String name) {
        PluginJars.plugin("door-" + name, "1.0.0")
                .manifest(PluginKind.MANIFEST_ATTRIBUTE, "provider")
                .source("plugin.Door", """
                        package plugin;

                        import java.util.*;
                        import org.copilotframework.api.agent.Default;
                        import org.copilotframework.api.caller.*;
                        import org.copilotframework.api.error.*;
                        import org.copilotframework.api.spi.authentication.*;

                        public class Door implements AuthenticatorProvider {
                            public record Settings(Optional<String> key, @Default("acme") String tenant) {}

                            public String name() {
                                return "%1$s";
                            }

                            public Authenticator open(AuthenticatorContext context) {
                                Settings settings = context.settings(Settings.class);
                                if (settings.tenant().equals("reach")) {
                                    context.values().get(context.host(), "nodes/x");
                                }
                                return new Authenticator() {
                                    public Optional<Identity> authenticate(Credentials credentials) {
                                        Optional<String> key = credentials.header("x-%1$s");
                                        if (key.isEmpty()) {
                                            return Optional.empty();
                                        } else if (!key.equals(settings.key())) {
                                            throw new UnauthenticatedException("another key");
                                        }
                                        long used = context.values().add(context.host(), "%1$s/used", 1, null);
                                        return Optional.of(Identity.of(new Principal("use " + used, Set.of()),
                                                new TenantId(settings.tenant()), "%1$s:1"));
                                    }

                                    public void close() {}
                                };
                            }
                        }
                        """.formatted(name))
                .extension("plugin.Door")
                .build(bed.inbox());
    }

    private Access access() {
        return bed.start().copilot().access();
    }

    private static String subject(Admission admission) {
        return admission.caller().principal().subject();
    }

    @Test
    void aPluginBringsOneThatIsNamedWithSettingsAndValuesOfItsOwn() {
        drop("tickets");
        bed.with(NAMES, "tickets")
                .with("copilot.security.tickets.key", "k1")
                .with("copilot.security.tickets.tenant", "globex");
        Access access = access();
        assertThat(access.open()).isFalse();
        Admission admission = access.admit(sent("x-tickets", "k1"));
        assertThat(admission.caller().tenant()).hasToString("globex");
        assertThat(subject(admission)).isEqualTo("use 1");
        assertThat(subject(access.admit(sent("x-tickets", "k1")))).isEqualTo("use 2");
        assertThatThrownBy(() -> access.admit(sent("x-tickets", "k2"))).isInstanceOf(UnauthenticatedException.class);
        assertThat(bed.copilot().access()).isSameAs(access);
    }

    /** Each of the two calls the first whom it recognises alike. */
    private void dropTwo() {
        drop("tickets");
        drop("tokens");
        bed.with(NAMES, "tickets,tokens")
                .with("copilot.security.tickets.key", "k1")
                .with("copilot.security.tokens.key", "k2");
    }

    @Test
    void oneSubjectIsOnePersonWhoeverRecognisesHim() {
        dropTwo();
        Access access = access();
        assertThat(access.admit(sent("x-tickets", "k1")).caller())
                .isEqualTo(access.admit(sent("x-tokens", "k2")).caller());
    }

    @Test
    void whereSubjectsAreKeptApartNobodyIsTakenForAnothersNamesake() {
        dropTwo();
        bed.with("copilot.security.subjects", "apart");
        Access access = access();
        assertThat(subject(access.admit(sent("x-tickets", "k1")))).isEqualTo("tickets:use 1");
        assertThat(subject(access.admit(sent("x-tokens", "k2")))).isEqualTo("tokens:use 1");
    }

    @Test
    void itsValuesAreItsOwnOnly() {
        drop("tickets");
        bed.with(NAMES, "tickets")
                .with("copilot.security.tickets.tenant", "reach")
                .start();
        assertThatThrownBy(() -> bed.copilot().access()).hasMessageContaining("begin with 'tickets/'");
    }

    @Test
    void anUnknownNameIsToldWithThoseThereAre() {
        drop("tickets");
        bed.with(NAMES, "tickets,jwt").start();
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> bed.copilot().access())
                .withMessageContaining("copilot.security.authenticators: no authenticator")
                .withMessageContaining("is named 'jwt'; known names: tickets, none")
                .withMessageContaining("copilot-security-jwt");
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        drop("tickets");
        bed.with(NAMES, "jwt,tickets,badges")
                .with("copilot.security.tickets.tenent", "acme")
                .with("copilot.environment", "prod")
                .start();
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> bed.copilot().access())
                .withMessageContaining("is named 'jwt'")
                .withMessageContaining("is named 'badges'")
                .withMessageContaining("copilot.security.tickets.tenent")
                .withMessageContaining("copilot.plugins.trust is any");
    }

    @Test
    void whoLetsNobodyInDoesNotOpenAny() {
        bed.with(NAMES, "jwt").start();
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.OK);
    }

    @Test
    void aKeyAloneChoosesApikey() {
        drop("apikey");
        bed.with(KEY, "k1");
        Access access = access();
        assertThat(access.open()).isFalse();
        assertThat(subject(access.admit(sent("x-apikey", "k1")))).isEqualTo("use 1");
        assertThatThrownBy(() -> access.admit(sent())).isInstanceOf(UnauthenticatedException.class);
    }

    @Test
    void aKeyThatNobodyLooksAtLeavesNoDoorOpen() {
        bed.with(KEY, "k1");
        Access access = access();
        assertThat(access.open()).isFalse();
        assertThatThrownBy(() -> access.admit(sent("x-apikey", "k1"))).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> access.demandFit(true))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("API_KEY")
                .hasMessageContaining("copilot-security-apikey");
    }

    @Test
    void noneMeansNobodyAlthoughThereIsAKey() {
        drop("apikey");
        bed.with(KEY, "k1").with(NAMES, "none");
        assertThat(access().open()).isTrue();
    }

    @Test
    void noneBesideOthersIsNotUnderstood() {
        bed.with(NAMES, "none,apikey").start();
        assertThatThrownBy(() -> bed.copilot().access())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("none alone");
    }

    @Test
    void twoOfOneNameAndOneOfAReservedNameAreRefused() {
        drop("roles");
        bed.with(NAMES, "roles").start();
        assertThatThrownBy(() -> bed.copilot().access())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("cannot be named 'roles'")
                .hasMessageContaining("door-roles");
    }

    @Test
    void theApplicationsOwnIsAskedFirstAndAKeyAddsNoOther() {
        drop("apikey");
        Badges badges = new Badges().with("blue", "acme");
        try (Orchestrator copilot = Orchestrator.builder()
                .home(bed.home())
                .plugins(bed.inbox())
                .setting(KEY, "k1")
                .authenticator(badges)
                .start()) {
            copilot.access().admit(sent("x-badge", "blue"));
            assertThatThrownBy(() -> copilot.access().admit(sent("x-apikey", "k1")))
                    .isInstanceOf(UnauthenticatedException.class);
        }
        try (Orchestrator copilot = Orchestrator.builder()
                .home(bed.home())
                .plugins(bed.inbox())
                .setting(KEY, "k1")
                .setting(NAMES, "apikey")
                .authenticator(badges)
                .start()) {
            copilot.access().admit(sent("x-badge", "blue"));
            copilot.access().admit(sent("x-apikey", "k1"));
        }
    }
}
