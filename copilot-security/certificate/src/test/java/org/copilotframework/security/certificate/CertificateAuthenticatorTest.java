package org.copilotframework.security.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.core.Admission;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real certificates at the host's door. That they were verified is what the server promises that speaks TLS. */
class CertificateAuthenticatorTest {
    @TempDir
    Path home;

    private Orchestrator host(String... settings) {
        OrchestratorBuilder builder = Orchestrator.builder()
                .home(home.resolve("home"))
                .setting("copilot.storage.url", "memory:")
                .setting("copilot.security.authenticators", "certificate");
        for (int i = 0; i < settings.length; i += 2) {
            builder.setting("copilot.security.certificate." + settings[i], settings[i + 1]);
        }
        return builder.start();
    }

    /** Signs itself, by the JDK's keytool. */
    private X509Certificate certificate(String subject, String... more) {
        try {
            Path store = Files.createTempDirectory(home, "keys").resolve("k.p12");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-J-XX:TieredStopAtLevel=1",
                    "-genkeypair",
                    "-alias",
                    "a",
                    "-keyalg",
                    "EC",
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    "changeit",
                    "-keystore",
                    store.toString(),
                    "-dname",
                    subject));
            command.addAll(List.of(more));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
            return (X509Certificate) keys.getCertificate("a");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Admission ask(Orchestrator host, X509Certificate shown, String... tenant) {
        Map<String, List<String>> headers = tenant.length == 0 ? Map.of() : Map.of("X-Tenant-Id", List.of(tenant[0]));
        return host.access().admit(new Credentials(headers, List.of(shown), "192.0.2.1"));
    }

    @Test
    void theCommonNameActsForTheTenantOfTheSettings() {
        X509Certificate billing = certificate("CN=billing-7, OU=sales, O=acme");
        try (Orchestrator host = host(
                "tenant",
                "shop",
                "grants",
                "billing-*=agents:invoke:billing runs:read,ops=*,billing-7=sessions:read")) {
            Admission admission = ask(host, billing);
            Caller caller = admission.caller();
            assertThat(caller.principal().subject()).isEqualTo("billing-7");
            assertThat(caller.tenant()).hasToString("shop");
            assertThat(caller.principal().scopes())
                    .containsExactlyInAnyOrder("agents:invoke:billing", "runs:read", "sessions:read");
            assertThat(admission.credential()).matches("certificate:[0-9a-f]{16}");
            assertThat(admission.expires()).isEqualTo(billing.getNotAfter().toInstant());
            assertThatThrownBy(() -> ask(host, billing, "other")).isInstanceOf(ForbiddenException.class);
        }
    }

    @Test
    void whoIsNotNamedIsGrantedNothing() {
        try (Orchestrator host = host("grants", "billing=*")) {
            Admission other = ask(host, certificate("CN=billing-x"));
            assertThat(other.caller().principal().scopes()).isEmpty();
            assertThatThrownBy(() -> host.access().permit(other, "agents:read", ""))
                    .isInstanceOf(ForbiddenException.class);
        }
    }

    @Test
    void organisationAndAlternativeNamesAreReadIfTheSettingsSaySo() {
        X509Certificate named =
                certificate("CN=x, OU=sales, O=acme", "-ext", "san=uri:spiffe://prod/billing,dns:billing.internal");
        String grants = "spiffe://prod/*=runs:read,billing.internal=runs:write";
        try (Orchestrator host = host("subject", "uri", "tenant-from", "o", "grants", grants, "tenants", "partner")) {
            Caller caller = ask(host, named).caller();
            assertThat(caller.principal().subject()).isEqualTo("spiffe://prod/billing");
            assertThat(caller.principal().scopes()).isEqualTo(Set.of("runs:read"));
            assertThat(caller.tenant()).hasToString("acme");
            assertThat(ask(host, named, "partner").caller().tenant()).hasToString("partner");
        }
        try (Orchestrator host = host("subject", "dns", "tenant-from", "ou", "grants", grants)) {
            Caller caller = ask(host, named).caller();
            assertThat(caller.principal().subject()).isEqualTo("billing.internal");
            assertThat(caller.tenant()).hasToString("sales");
        }
    }

    @Test
    void aNameThatIsMissingThereTwiceOrNoneIsRefused() {
        try (Orchestrator host = host("grants", "*=*")) {
            assertRefused(host, certificate("O=acme"));
            assertRefused(host, certificate("CN=alice, CN=admin"));
            assertRefused(host, certificate("CN=alice+CN=admin"));
        }
        try (Orchestrator host = host("tenant-from", "o", "grants", "*=*")) {
            assertRefused(host, certificate("CN=alice, O=../acme"));
            assertRefused(host, certificate("CN=alice, O=copilot.host"), ForbiddenException.class);
        }
        try (Orchestrator host = host("subject", "dns", "grants", "*=*")) {
            assertRefused(host, certificate("CN=alice", "-ext", "san=dns:a.example,dns:b.example"));
        }
    }

    private static void assertRefused(Orchestrator host, X509Certificate shown) {
        assertRefused(host, shown, UnauthenticatedException.class);
    }

    private static void assertRefused(Orchestrator host, X509Certificate shown, Class<? extends Throwable> how) {
        assertThatThrownBy(() -> ask(host, shown)).isInstanceOf(how).hasMessageNotContaining("acme");
    }

    @Test
    void aNameWithTheSignsOfANameIsOneName() {
        try (Orchestrator host = host("grants", "admin=*")) {
            Caller caller = ask(host, certificate("CN=\"alice, CN=admin\"")).caller();
            assertThat(caller.principal().subject()).isEqualTo("alice, CN=admin");
            assertThat(caller.principal().scopes()).isEmpty();
        }
    }

    @Test
    void oneThatHasExpiredIsRefusedAlsoOnAConnectionThatIsOpen() {
        try (Orchestrator host = host("grants", "*=*")) {
            assertRefused(host, certificate("CN=late", "-startdate", "-10d", "-validity", "5"));
        }
    }

    @Test
    void whoShowsNoneIsNobody() {
        try (Orchestrator host = host("grants", "*=*")) {
            Map<String, List<String>> headers =
                    Map.of("X-Client-Cert", List.of("anything"), "X-SSL-CN", List.of("ops"));
            assertThatThrownBy(() -> host.access().admit(new Credentials(headers, List.of(), "192.0.2.1")))
                    .isInstanceOf(UnauthenticatedException.class);
        }
    }

    @Test
    void wrongSettingsAreToldByTheirNames() {
        refuses("grants", "alice");
        refuses("grants", "=runs:read");
        refuses("grants", "alice=a\"b");
        refuses("tenant", "../x");
        refuses("tenants", "a b");
        refuses("subject", "email");
        refuses("grant", "x=y");
    }

    private void refuses(String setting, String value) {
        try (Orchestrator host = host(setting, value)) {
            assertThatThrownBy(host::access)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("copilot.security.certificate." + setting);
        }
    }
}
