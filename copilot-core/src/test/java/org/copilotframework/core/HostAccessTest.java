package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.copilotframework.core.fixture.Badges.sent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.authorization.Authorizer;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.management.ManagementRequest;
import org.copilotframework.api.spi.management.ManagementResponse;
import org.copilotframework.core.fixture.Badges;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who reaches what belongs to no tenant, and who can hand that on. */
class HostAccessTest {
    @TempDir
    Path home;

    private final Badges badges = new Badges()
            .with("boss", "acme", "*")
            .with("plumber", "acme", "*", "plugins:write")
            .with("crew", "acme", "role:crew")
            .ofOperator("owner", "acme", "*")
            .ofOperator("helper", "acme", "agents:invoke")
            .of("several", "acme", "globex")
            .of("all", "*");
    private final List<AuditEntry> audited = new ArrayList<>();
    private Orchestrator copilot;

    @AfterEach
    void close() {
        if (copilot != null) {
            copilot.close();
        }
    }

    private static final class Levels implements ManagementEndpoint {
        @Override
        public String path() {
            return "levels";
        }

        @Override
        public String scope(String method) {
            return Map.of("GET", "levels:read", "PUT", "levels:write").getOrDefault(method, "");
        }

        @Override
        public ManagementResponse handle(ManagementRequest request) {
            return ManagementResponse.of("text/plain", "all are info");
        }
    }

    private Access started() {
        copilot = builder().start();
        return copilot.access();
    }

    private OrchestratorBuilder builder() {
        return Orchestrator.builder()
                .home(home)
                .setting("copilot.storage.url", "memory:")
                .setting("copilot.security.roles.crew", "health:read, levels:read")
                .endpoint(new Levels())
                .authenticator(badges)
                .audit(audited::add);
    }

    private static Admission as(Access access, String badge) {
        return access.admit(sent("x-badge", badge, "x-tenant-id", "acme"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"plugins:read", "plugins:write", "health:read", "tenants:erase", "levels:read", "levels:write"})
    void whoHasAllOfHisTenantHasNothingOfTheHost(String scope) {
        Access access = started();
        for (String badge : List.of("boss", "several", "helper")) {
            assertThatThrownBy(() -> access.permitHost(as(access, badge), scope, "x"))
                    .as(badge)
                    .isInstanceOf(ForbiddenException.class)
                    .hasMessageContaining(scope);
        }
        assertThat(audited).hasSize(3).extracting(AuditEntry::outcome).containsOnly(AuditEntry.Outcome.DENIED);
        for (String badge : List.of("owner", "all")) {
            assertThatCode(() -> access.permitHost(as(access, badge), scope, "x"))
                    .as(badge)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void whoWasGrantedItByItsNameHasIt() {
        Access access = started();
        access.permitHost(as(access, "plumber"), "plugins:write", "plugin/x");
        access.permitHost(as(access, "crew"), "levels:read", "manage/levels");
        assertThatThrownBy(() -> access.permitHost(as(access, "plumber"), "plugins:read", ""))
                .isInstanceOf(ForbiddenException.class);
        assertThatThrownBy(() -> access.permitHost(as(access, "crew"), "levels:write", "manage/levels"))
                .isInstanceOf(ForbiddenException.class);
    }

    @Test
    void whereNobodyIsAskedThisMachineIsTheOperators() {
        copilot = Orchestrator.builder()
                .home(home)
                .setting("copilot.storage.url", "memory:")
                .start();
        copilot.access().permitHost(copilot.access().admit(sent()), "plugins:write", "plugin/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plugins:read",
                "plugins:write",
                "plugins",
                "plugins:*",
                "p*",
                "health:read",
                "levels:read",
                "l*",
                "tenants:erase",
                "role:crew"
            })
    void whoHasAllOfHisTenantHandsOnNothingOfTheHost(String scope) {
        Access access = started();
        assertThat(access.mayHandOn(as(access, "boss"), scope)).isFalse();
        assertThat(access.mayHandOn(as(access, "all"), scope)).isTrue();
        assertThat(access.mayHandOn(as(access, "owner"), scope)).isTrue();
        assertThat(access.mayHandOn(as(access, "helper"), scope)).isFalse();
    }

    @Test
    void whatIsHisHeHandsOn() {
        Access access = started();
        Admission boss = as(access, "boss");
        for (String scope : List.of("*", "agents:invoke", "sessions:*", "orders:pay")) {
            assertThat(access.mayHandOn(boss, scope)).as(scope).isTrue();
        }
        Admission plumber = as(access, "plumber");
        assertThat(access.mayHandOn(plumber, "plugins:write")).isTrue();
        assertThat(access.mayHandOn(plumber, "plugins")).isFalse();
        assertThat(access.mayHandOn(as(access, "helper"), "agents:invoke:echo")).isTrue();
        assertThat(access.mayHandOn(as(access, "helper"), "*")).isFalse();
    }

    @Test
    void aScopeThatCouldBeHandedOnGuardsNothingOfTheHost() {
        Access access = started();
        assertThatThrownBy(() -> access.permitHost(as(access, "owner"), "orders:pay", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("orders:pay");
    }

    @Test
    void theApplicationsAuthorizerIsAskedWithoutTheScopeOfHisTenant() {
        List<Caller> asked = new ArrayList<>();
        Authorizer all = new Authorizer() {
            @Override
            public boolean mayInvoke(Caller caller, String agent) {
                return true;
            }

            @Override
            public boolean may(Caller caller, String scope, String target) {
                asked.add(caller);
                return true;
            }
        };
        copilot = builder().authorizer(all).start();
        Access access = copilot.access();
        access.permitHost(as(access, "plumber"), "plugins:write", "plugin/x");
        access.permitHost(as(access, "owner"), "plugins:write", "plugin/x");
        assertThat(asked.get(0).principal().scopes()).containsExactly("plugins:write");
        assertThat(asked.get(0).tenant()).hasToString("acme");
        assertThat(asked.get(1).principal().scopes()).containsExactly("*");
    }
}
