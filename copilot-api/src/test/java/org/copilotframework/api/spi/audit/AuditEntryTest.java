package org.copilotframework.api.spi.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happened, as a sink is told. */
class AuditEntryTest {
    private static AuditEntry entry(String detail) {
        return new AuditEntry(Instant.EPOCH, "", "", null, "x", "", "", AuditEntry.Outcome.DENIED, detail);
    }

    @Test
    void onlyTheTenantMayBeMissing() {
        assertThat(entry("why").tenant()).isNull();
        assertThatNullPointerException().isThrownBy(() -> entry(null)).withMessage("detail");
    }

    @Test
    void aSinkNeedNotBeClosed() {
        List<AuditEntry> taken = new ArrayList<>();
        try (AuditSink sink = taken::add) {
            sink.take(entry(""));
        }
        assertThat(taken).hasSize(1);
    }
}
