package org.copilotframework.security.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.IssuedCredential;
import org.copilotframework.core.Admission;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;

/** A host that asks for keys. */
final class Hosted {
    static final String KEY = "kJ8vQm2ZpX5tR9wLc3Yb7NdF4hGs6TaE1uVo";

    private Hosted() {}

    static OrchestratorBuilder at(Path home) {
        return Orchestrator.builder()
                .home(home)
                .setting("copilot.security.apikey.key", KEY)
                .setting("copilot.security.apikey.tenant", "operators")
                .setting("copilot.security.roles.reader", "sessions:read");
    }

    static Admission ask(Orchestrator copilot, String key, String... tenant) {
        Map<String, List<String>> headers = tenant.length == 0
                ? Map.of("X-API-KEY", List.of(key))
                : Map.of("X-API-KEY", List.of(key), "X-Tenant-Id", List.of(tenant[0]));
        return copilot.access().admit(new Credentials(headers, List.of(), "192.0.2.1"));
    }

    static void showsThatKeysAreAskedFor(Orchestrator copilot) {
        assertThat(copilot.access().open()).isFalse();
        Admission operator = ask(copilot, KEY);
        assertThat(operator.caller().tenant()).isEqualTo(new TenantId("operators"));
        copilot.access().permit(operator, "keys:write", "");

        CredentialAdmin admin = copilot.access().credentials().orElseThrow();
        IssuedCredential issued =
                admin.create(new CredentialOrder("alice", new TenantId("acme"), Set.of("role:reader"), null, 60));
        Admission alice = ask(copilot, issued.secret());
        assertThat(alice.caller().principal().scopes()).containsExactly("sessions:read");
        assertThat(alice.credential()).isEqualTo("apikey:" + issued.credential().id());
        assertThatThrownBy(() -> ask(copilot, issued.secret(), "other")).isInstanceOf(ForbiddenException.class);
        assertThat(admin.rotate(issued.credential().id(), Duration.ZERO).secret())
                .isNotEqualTo(issued.secret());
        assertThatThrownBy(() -> ask(copilot, issued.secret()))
                .isInstanceOf(UnauthenticatedException.class)
                .hasMessageNotContaining(issued.credential().id());
        assertThat(admin.revoke(issued.credential().id())).isTrue();
    }
}
