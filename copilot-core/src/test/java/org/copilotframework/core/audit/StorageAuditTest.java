package org.copilotframework.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.core.StoredAudit;
import org.copilotframework.core.storage.MemoryStorage;
import org.copilotframework.storage.tck.CountedValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How much is read for what is asked. */
class StorageAuditTest {
    private final CountedValues values = new CountedValues(new MemoryStorage(10).values());
    private final StorageAudit audit = new StorageAudit(values, Duration.ofDays(1));

    private static AuditEntry of(@Nullable TenantId tenant, int number) {
        return new AuditEntry(
                Instant.now(), "ann", "k1", tenant, "x", "", "", AuditEntry.Outcome.ALLOWED, "nr " + number);
    }

    @Test
    void aPageOfATenantReadsNoOthers() {
        TenantId few = new TenantId("few");
        TenantId many = new TenantId("few.more");
        for (int i = 0; i < 1_000; i++) {
            audit.take(of(i % 500 == 0 ? few : many, i));
        }
        audit.take(of(null, 1_000));
        int before = read();
        List<StoredAudit.Kept> page = audit.list(few, null, 1);
        assertThat(page).extracting(one -> one.entry().detail()).containsExactly("nr 500");
        assertThat(audit.list(few, page.get(0).place(), 10))
                .extracting(one -> one.entry().detail())
                .containsExactly("nr 0");
        assertThat(read() - before).isLessThan(5);
        assertThat(audit.list(null, null, 2))
                .extracting(one -> one.entry().detail())
                .containsExactly("nr 1000", "nr 999");
        assertThat(read() - before).isLessThan(8);
    }

    private int read() {
        return values.reads().get() + values.listed().get();
    }
}
