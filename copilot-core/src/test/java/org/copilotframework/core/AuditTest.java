package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.copilotframework.core.fixture.Badges.sent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.audit.AuditEntry.Outcome;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.fixture.Badges;
import org.copilotframework.core.json.StoredJson;
import org.copilotframework.core.naming.HostTenant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Who did what is kept, told in a log, and read again. */
class AuditTest {
    @TempDir
    Path home;

    private final Badges badges = new Badges().with("blue", "acme").with("red", "globex");
    private final Logger logger = (Logger) LoggerFactory.getLogger("copilot.audit");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Storage storage =
            Orchestrator.builder().setting("copilot.storage.url", "memory:x").openStorage();
    private Orchestrator copilot;

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
    }

    @AfterEach
    void close() {
        logger.detachAppender(lines);
        logger.setLevel(null);
        logger.setAdditive(true);
        if (copilot != null) {
            copilot.close();
        }
        storage.close();
    }

    private OrchestratorBuilder builder() {
        return Orchestrator.builder().home(home).storage(storage).authenticator(badges);
    }

    private Access started() {
        return started(builder());
    }

    private Access started(OrchestratorBuilder builder) {
        copilot = builder.start();
        return copilot.access();
    }

    private List<String> details(TenantId tenant, String after, int limit) {
        return copilot.audit().list(tenant, after, limit).stream()
                .map(one -> one.entry().detail())
                .toList();
    }

    @Test
    void whatWasDoneIsReadAgainTheLatestFirst() {
        Access access = started();
        Admission blue = access.admit(sent("x-badge", "blue"));
        Admission red = access.admit(sent("x-badge", "red"));
        for (int i = 0; i < 5; i++) {
            access.audit(i % 2 == 0 ? blue : red, "sessions:delete", "session/s" + i, Outcome.ALLOWED, "nr " + i);
        }
        assertThat(details(null, null, 10)).containsExactly("nr 4", "nr 3", "nr 2", "nr 1", "nr 0");
        assertThat(details(new TenantId("globex"), null, 10)).containsExactly("nr 3", "nr 1");
        String place = copilot.audit().list(null, null, 2).get(1).place();
        assertThat(details(null, place, 2)).containsExactly("nr 2", "nr 1");

        AuditEntry last = copilot.audit().list(null, null, 1).get(0).entry();
        assertThat(last.subject()).isEqualTo("owner of blue");
        assertThat(last.credential()).isEqualTo("badge:blue");
        assertThat(last.tenant()).hasToString("acme");
        assertThat(last.action()).isEqualTo("sessions:delete");
        assertThat(last.target()).isEqualTo("session/s4");
        assertThat(last.remote()).isEqualTo("192.0.2.1");
        assertThat(last.outcome()).isEqualTo(Outcome.ALLOWED);
    }

    @Test
    void aPageAndAPlaceHaveAForm() {
        started();
        assertThatThrownBy(() -> copilot.audit().list(null, null, 0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> copilot.audit().list(null, null, 1_001)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> copilot.audit().list(null, "../nodes", 1)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void itIsReadWithoutAnyAgentAndOutlivesItsTenant() {
        Access access = started();
        access.audit(access.admit(sent("x-badge", "blue")), "tenants:erase", "tenant/acme", Outcome.ALLOWED, "gone");
        copilot.erase(new TenantId("acme"));
        copilot.close();
        try (StoredData data =
                Orchestrator.builder().home(home).storage(storage).openData()) {
            assertThat(data.audit().list(new TenantId("acme"), null, 10)).hasSize(1);
        }
    }

    @Test
    void aLineOfTheLogCannotBeForged() {
        Access access = started();
        Admission blue = access.admit(sent("x-badge", "blue"));
        String evil = "s1\r\n{\"outcome\":\"allowed\"}\u2028\u0085\u001b[2J\u202e\ud800\u0000\"\\";
        access.audit(blue, "sessions:delete", evil, Outcome.FAILED, "Ö, 日本");
        String line = lines.list.get(0).getFormattedMessage();
        assertThat(line)
                .startsWith("{\"time\":\"")
                .endsWith("}")
                .contains("\"outcome\":\"failed\",\"action\":\"sessions:delete\"");
        assertThat(StoredJson.read(line.getBytes(StandardCharsets.UTF_8), "a line")
                        .get("target"))
                .isEqualTo(evil);
        assertThat(line.codePoints()
                        .noneMatch(point -> Character.isISOControl(point)
                                || Character.getType(point) == Character.FORMAT
                                || Character.getType(point) == Character.LINE_SEPARATOR
                                || Character.getType(point) == Character.SURROGATE))
                .isTrue();
        assertThat(copilot.audit().list(null, null, 1).get(0).entry().target()).isEqualTo(evil);
    }

    @Test
    void readableLettersStayReadable() {
        Access access = started();
        access.audit(access.admit(sent("x-badge", "blue")), "x", "", Outcome.ALLOWED, "Ö, 日本 \ud83d\ude00");
        assertThat(lines.list.get(0).getFormattedMessage()).contains("Ö, 日本 \ud83d\ude00");
    }

    @Test
    void whatIsTooLongIsCutAndSecretsStayOut() {
        Access access = started(builder().setting("copilot.plugin.x.password", "correct horse battery"));
        access.audit(
                access.admit(sent("x-badge", "blue")),
                "x",
                "t".repeat(1 << 20),
                Outcome.FAILED,
                "with correct horse battery");
        AuditEntry entry = copilot.audit().list(null, null, 1).get(0).entry();
        assertThat(entry.target()).hasSize(1_003).endsWith("t...");
        assertThat(entry.detail()).isEqualTo("with *****");
        access.denied(access.admit(sent("x-badge", "blue")), "x", "key/correct horse battery");
        assertThat(copilot.audit().list(null, null, 1).get(0).entry().target()).isEqualTo("key/*****");
    }

    @Test
    void logAndStorageAreLeftOutAsTheSettingsSay() {
        List<AuditEntry> own = new ArrayList<>();
        Access access = started(builder()
                .audit(own::add)
                .setting("copilot.audit.log", "false")
                .setting("copilot.audit.storage", "false"));
        access.audit(access.admit(sent("x-badge", "blue")), "x", "", Outcome.ALLOWED, "");
        assertThat(own).hasSize(1);
        assertThat(lines.list).isEmpty();
        assertThat(copilot.audit().list(null, null, 1)).isEmpty();
    }

    @Test
    void aChangeThatCannotBeAuditedIsToldAndADenialStaysOne() {
        AtomicBoolean full = new AtomicBoolean(true);
        Access access = started(builder().audit(entry -> {
            if (full.get()) {
                throw new IllegalStateException("the disk is full");
            }
        }));
        Admission blue = access.admit(sent("x-badge", "blue"));
        assertThatThrownBy(() -> access.audit(blue, "x", "", Outcome.ALLOWED, ""))
                .isInstanceOf(UnavailableException.class)
                .hasMessageNotContaining("disk");
        assertThatThrownBy(() -> access.permit(blue, "x", "")).isInstanceOf(ForbiddenException.class);
        assertThat(copilot.audit().list(null, null, 5)).as("the others kept it").hasSize(2);
        assertThat(copilot.health().parts())
                .anySatisfy(part -> assertThat(part.reason()).contains("the disk is full"));
        full.set(false);
        access.audit(blue, "x", "", Outcome.ALLOWED, "");
        assertThat(copilot.health().status()).isEqualTo(Health.Status.OK);
    }

    @Test
    void whatCannotBeAuditedIsNotBegunAndWhatIsOverIsNotUndone() {
        AtomicBoolean full = new AtomicBoolean(false);
        Access access = started(builder().audit(entry -> {
            if (full.get()) {
                throw new IllegalStateException("the disk is full");
            }
        }));
        Admission blue = access.admit(sent("x-badge", "blue"));
        access.audit(blue, "keys:write", "", Outcome.BEGUN, "POST /v1/keys");
        full.set(true);
        access.ended(blue, "keys:write", "key/k1", Outcome.ALLOWED, "");
        assertThat(copilot.health().parts())
                .anySatisfy(part -> assertThat(part.reason()).contains("the disk is full"));
        assertThatThrownBy(() -> access.audit(blue, "keys:write", "", Outcome.BEGUN, ""))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("is not done");
        full.set(false);
        access.ended(blue, "keys:write", "key/k1", Outcome.FAILED, "");
        assertThat(copilot.health().status()).isEqualTo(Health.Status.OK);
        assertThat(copilot.audit().list(null, null, 10))
                .as("the others kept all")
                .extracting(one -> one.entry().outcome())
                .containsExactly(Outcome.FAILED, Outcome.BEGUN, Outcome.ALLOWED, Outcome.BEGUN);
        assertThat(lines.list.get(0).getFormattedMessage()).contains("\"outcome\":\"begun\"");
    }

    @Test
    void whatOthersDenyIsToldAndBounded() {
        Access access = started(builder().setting("copilot.audit.denials", "2"));
        Admission blue = access.admit(sent("x-badge", "blue"));
        for (int i = 0; i < 5; i++) {
            access.denied(blue, "agents:invoke", "agent/payroll");
        }
        AuditEntry entry = copilot.audit().list(null, null, 10).get(0).entry();
        assertThat(entry.outcome()).isEqualTo(Outcome.DENIED);
        assertThat(entry.credential()).isEqualTo("badge:blue");
        assertThat(entry.target()).isEqualTo("agent/payroll");
        assertThat(copilot.audit().list(null, null, 10)).hasSize(2);
    }

    @Test
    void aLogThatDropsWhatIsAuditedIsNoAuditByItself() {
        logger.setLevel(Level.WARN);
        Access alone = started(builder().setting("copilot.audit.storage", "false"));
        Admission blue = alone.admit(sent("x-badge", "blue"));
        assertThatThrownBy(() -> alone.audit(blue, "x", "", Outcome.BEGUN, ""))
                .isInstanceOf(UnavailableException.class);
        assertThat(copilot.health().parts())
                .anySatisfy(part -> assertThat(part.reason()).contains("copilot.audit"));
        copilot.close();
        Access beside = started(builder());
        beside.audit(beside.admit(sent("x-badge", "blue")), "x", "", Outcome.BEGUN, "");
        assertThat(copilot.audit().list(null, null, 10)).hasSize(1);
        assertThat(copilot.health().status()).isEqualTo(Health.Status.OK);
    }

    @Test
    void whoIsKeptOutCannotFillTheStorage() {
        Access access = started(
                builder().setting("copilot.audit.denials", "3").setting("copilot.security.failed-attempts", "0"));
        Admission blue = access.admit(sent("x-badge", "blue"));
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> access.admit(sent("x-badge", "forged")))
                    .isInstanceOf(UnauthenticatedException.class);
        }
        assertThatThrownBy(() -> access.permit(blue, "x", "")).isInstanceOf(ForbiddenException.class);
        access.audit(blue, "y", "", Outcome.ALLOWED, "");
        assertThat(copilot.audit().list(null, null, 50)).hasSize(5);
        copilot.close();
        assertThat(storage.values().list(HostTenant.ID, "audit/", "", 50, 1 << 20))
                .as("the rest in one entry")
                .hasSize(6);
        assertThat(lines.list.get(5).getFormattedMessage()).contains("7 more denials");
    }
}
