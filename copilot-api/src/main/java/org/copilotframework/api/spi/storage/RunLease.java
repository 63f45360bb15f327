package org.copilotframework.api.spi.storage;

import java.util.Objects;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;

/**
 * A run that somebody has taken, as far as he knows.
 *
 * @param tenant whose run
 * @param id which run
 * @param fence the fence it had when he took it
 */
public record RunLease(TenantId tenant, RunId id, long fence) {
    /** Checks for null. */
    public RunLease {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(id, "id");
    }
}
