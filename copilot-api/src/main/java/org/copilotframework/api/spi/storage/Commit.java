package org.copilotframework.api.spi.storage;

import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/** What one activation changes: atomic within its tenant and session. Immutable. */
public final class Commit {
    private final TenantId tenant;
    private final @Nullable SessionChange session;
    private final @Nullable RunRecord run;

    private Commit(TenantId tenant, @Nullable SessionChange session, @Nullable RunRecord run) {
        this.tenant = Objects.requireNonNull(tenant, "tenant");
        this.session = session;
        this.run = run;
        if (session == null && run == null) {
            throw new InvalidRequestException("a commit changes a session, a run or both");
        }
    }

    /**
     * Makes a commit.
     *
     * @param tenant whose data changes
     * @param session what changes in a session, or null
     * @param run the run's new state, or null
     * @return the commit
     * @throws InvalidRequestException if nothing changes
     */
    public static Commit of(TenantId tenant, @Nullable SessionChange session, @Nullable RunRecord run) {
        return new Commit(tenant, session, run);
    }

    /**
     * Whose data changes.
     *
     * @return the tenant
     */
    public TenantId tenant() {
        return tenant;
    }

    /**
     * What changes in a session.
     *
     * @return the change, or empty
     */
    public Optional<SessionChange> session() {
        return Optional.ofNullable(session);
    }

    /**
     * The run's new state. It is written if the run is new or has not ended.
     *
     * @return the run, or empty
     */
    public Optional<RunRecord> run() {
        return Optional.ofNullable(run);
    }
}
