package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.core.fixture.Badges.sent;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.core.fixture.Badges;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether somebody who stays may stay. */
class StillGoodTest {
    @TempDir
    Path home;

    private final Badges badges =
            new Badges().with("blue", "acme", "sessions:read").of("many", "acme", "globex");
    private final List<AuditEntry> audited = new ArrayList<>();
    private Orchestrator copilot;

    @AfterEach
    void close() {
        copilot.close();
    }

    private Access started(Authenticator... authenticators) {
        OrchestratorBuilder builder = Orchestrator.builder()
                .home(home)
                .setting("copilot.storage.url", "memory:")
                .setting("copilot.security.failed-attempts", "1")
                .audit(audited::add);
        List.of(authenticators).forEach(builder::authenticator);
        copilot = builder.start();
        return copilot.access();
    }

    @Test
    void whoIsTheSameStaysAndWhoIsNotLeaves() {
        Access access = started(badges);
        Credentials blue = sent("x-badge", "blue");
        Admission who = access.admit(blue);
        assertThat(access.stillGood(who, blue)).isTrue();
        badges.with("blue", "acme", "sessions:read", "sessions:delete");
        assertThat(access.stillGood(who, blue)).isFalse();
        badges.with("blue", "globex", "sessions:read");
        assertThat(access.stillGood(who, blue)).isFalse();
        badges.until("blue", Instant.now().minusSeconds(1));
        assertThat(access.stillGood(who, blue)).isFalse();
        Credentials globex = sent("x-badge", "many", "x-tenant-id", "globex");
        Admission many = access.admit(globex);
        assertThat(access.stillGood(many, globex)).isTrue();
        badges.of("many", "acme");
        assertThat(access.stillGood(many, globex)).isFalse();
    }

    @Test
    void lookingIsNoAttemptAndNoDenial() {
        Access access = started(badges);
        Credentials blue = sent("x-badge", "blue");
        Admission who = access.admit(blue);
        badges.lose("blue");
        for (int i = 0; i < 5; i++) {
            assertThat(access.stillGood(who, blue)).isFalse();
        }
        assertThat(audited).isEmpty();
        badges.with("blue", "acme", "sessions:read");
        access.admit(blue);
    }

    @Test
    void thatItCannotBeToldIsNoReasonToLeave() {
        AtomicReference<CopilotException> fault = new AtomicReference<>();
        AtomicInteger counted = new AtomicInteger();
        Access access = started(new Authenticator() {
            @Override
            public Optional<Identity> authenticate(Credentials credentials) {
                counted.incrementAndGet();
                throw new QuotaExceededException("once a minute", Duration.ofSeconds(9));
            }

            @Override
            public Optional<Identity> recogniseAgain(Credentials credentials) {
                if (fault.get() != null) {
                    throw fault.get();
                }
                return Optional.of(Identity.of(new Principal("ann", java.util.Set.of()), new TenantId("acme"), "x"));
            }

            @Override
            public void close() {}
        });
        Admission who = new Admission(
                new org.copilotframework.api.caller.Caller(
                        new TenantId("acme"), new Principal("ann", java.util.Set.of())),
                "x",
                "192.0.2.1",
                null,
                false,
                null);
        assertThat(access.stillGood(who, sent())).isTrue();
        fault.set(new UnavailableException("the issuer is down", Duration.ofSeconds(1)));
        assertThat(access.stillGood(who, sent())).isTrue();
        fault.set(new UnauthenticatedException("revoked"));
        assertThat(access.stillGood(who, sent())).isFalse();
        assertThat(counted).hasValue(0);
    }

    @Test
    void whereNobodyIsAskedEverybodyStays() {
        Access access = started();
        Admission who = access.admit(sent());
        assertThat(access.stillGood(who, sent())).isTrue();
    }
}
