package org.copilotframework.core;

import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was audited, and adds to it what a program does itself. There is no way to change or delete an entry; it ends after {@code
 * copilot.audit.keep}. Safe for use by several threads.
 */
public interface StoredAudit {
    /**
     * An entry with its place.
     *
     * @param place where it stands: those with a higher one are older
     * @param entry what happened
     */
    record Kept(String place, AuditEntry entry) {}

    /**
     * Pages through what is kept, the latest first, as the clocks of the nodes tell. May block.
     *
     * @param tenant list what was done to this tenant's things only; null for all
     * @param after list those after this place; null for the first page
     * @param limit how many at most, from 1 to 1000
     * @return the entries; fewer than the limit only at the end
     * @throws org.copilotframework.api.error.InvalidRequestException if the limit is out of range
     * @throws org.copilotframework.api.error.UnavailableException if the storage fails
     */
    List<Kept> list(@Nullable TenantId tenant, @Nullable String after, int limit);

    /**
     * Audits what a program is about to do that is not asked over a network, such as a command: by the log, the storage and whoever else
     * keeps what is audited. A face uses {@link Access#audit} in its place, where it is known who asks. May block.
     *
     * @param entry who is about to do what, as {@link AuditEntry.Outcome#BEGUN}
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be kept; then it is not to be done
     */
    void begun(AuditEntry entry);

    /**
     * Audits what became of it. It is done, whether that can be audited or not, so nothing is thrown: the log tells of an entry that
     * cannot be kept.
     *
     * @param entry who has done what, and with what outcome
     */
    void ended(AuditEntry entry);
}
