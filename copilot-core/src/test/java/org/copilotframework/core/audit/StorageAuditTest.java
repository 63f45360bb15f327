package org.copilotframework.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.StoredAudit;
import org.copilotframework.core.storage.MemoryStorage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How much is read for what is asked. */
class StorageAuditTest {
    private final Counted values = new Counted(new MemoryStorage(10).values());
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
        values.read.set(0);
        List<StoredAudit.Kept> page = audit.list(few, null, 1);
        assertThat(page).extracting(one -> one.entry().detail()).containsExactly("nr 500");
        assertThat(audit.list(few, page.get(0).place(), 10))
                .extracting(one -> one.entry().detail())
                .containsExactly("nr 0");
        assertThat(values.read).hasValueLessThan(5);
        assertThat(audit.list(null, null, 2))
                .extracting(one -> one.entry().detail())
                .containsExactly("nr 1000", "nr 999");
        assertThat(values.read).hasValueLessThan(8);
    }

    /** Counts what is read. */
    private static final class Counted implements KeyValues {
        final AtomicInteger read = new AtomicInteger();
        private final KeyValues real;

        Counted(KeyValues real) {
            this.real = real;
        }

        @Override
        public Optional<StoredValue> get(TenantId tenant, String key) {
            read.incrementAndGet();
            return real.get(tenant, key);
        }

        @Override
        public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
            return real.compareAndSet(tenant, change);
        }

        @Override
        public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
            return real.add(tenant, key, delta, ttl);
        }

        @Override
        public List<StoredValue> list(TenantId tenant, String prefix, String after, int limit, long maxBytes) {
            List<StoredValue> page = real.list(tenant, prefix, after, limit, maxBytes);
            read.addAndGet(page.size());
            return page;
        }

        @Override
        public Optional<Duration> remaining(TenantId tenant, String key) {
            return real.remaining(tenant, key);
        }
    }
}
