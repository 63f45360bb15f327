package org.copilotframework.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.audit.AuditEntry.Outcome;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.core.json.StoredJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An entry as bytes. */
class AuditFormTest {
    private static final Instant TIME = Instant.parse("2026-11-23T12:00:00.123456Z");

    private static AuditEntry entry(TenantId tenant) {
        return new AuditEntry(
                TIME,
                "ann",
                "badge:b1",
                tenant,
                "sessions:delete",
                "session/\u2028\ud800",
                "::1",
                Outcome.DENIED,
                "why");
    }

    private static Payload bytes(Map<String, ?> tree) {
        return Payload.of(StoredJson.write(tree));
    }

    @Test
    void itIsReadAsItWasWritten() {
        for (AuditEntry one : new AuditEntry[] {entry(new TenantId("acme")), entry(null)}) {
            assertThat(AuditForm.read(Payload.of(AuditForm.store(one).bytes()))).contains(one);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"format\":2,\"time\":\"2026-11-23T12:00:00Z\",\"outcome\":\"denied\"}",
                "{\"format\":1,\"time\":\"yesterday\",\"outcome\":\"denied\"}",
                "{\"format\":1,\"time\":\"2026-11-23T12:00:00Z\",\"outcome\":\"perhaps\"}",
                "{\"format\":1,\"time\":\"2026-11-23T12:00:00Z\",\"outcome\":\"denied\",\"tenant\":\"../x\"}"
            })
    void theFormOfALaterReleaseIsLeftOut(String json) {
        assertThat(AuditForm.read(Payload.of(json.getBytes(StandardCharsets.UTF_8))))
                .isEmpty();
    }

    @Test
    void whatIsDamagedIsTold() {
        assertThatThrownBy(() -> AuditForm.read(Payload.of(new byte[] {1, 2})))
                .isInstanceOf(UnavailableException.class);
        assertThat(AuditForm.read(bytes(Map.of("format", "one")))).isEmpty();
    }
}
