package org.copilotframework.core.audit;

import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.core.StoredAudit;
import org.jspecify.annotations.Nullable;

/**
 * What is kept, to be read, and the way to those who keep it.
 *
 * @param stored what the storage keeps
 * @param trail hands entries to all who keep them
 */
public record AuditBook(StorageAudit stored, AuditTrail trail) implements StoredAudit {
    @Override
    public List<Kept> list(@Nullable TenantId tenant, @Nullable String after, int limit) {
        return stored.list(tenant, after, limit);
    }

    @Override
    public void begun(AuditEntry entry) {
        trail.take(entry);
    }

    @Override
    public void ended(AuditEntry entry) {
        trail.tell(entry);
    }
}
