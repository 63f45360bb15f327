package org.copilotframework.core.naming;

import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * The tenants that are the host itself: whose names begin with {@code copilot.}. What belongs to no tenant in particular is kept
 * under {@link #ID}, so that every key has a tenant all the same. Nobody is let in as one of them.
 */
public final class HostTenant {
    /** Under which the host keeps what it shares with other nodes. */
    public static final TenantId ID = new TenantId("copilot.host");

    private static final String OURS = "copilot.";

    private HostTenant() {}

    /**
     * Whether a tenant is the host itself.
     *
     * @param tenant any tenant
     * @return whether its name is one of those that are kept
     */
    public static boolean is(TenantId tenant) {
        return tenant.value().startsWith(OURS);
    }

    /**
     * Lets everybody pass but the host's own tenants.
     *
     * @param tenant the tenant of a caller, or whose data is to be erased
     * @return the same tenant
     * @throws InvalidRequestException if it is one of the host's
     */
    public static TenantId refuse(TenantId tenant) {
        if (is(tenant)) {
            throw new InvalidRequestException("tenant '" + tenant + "' is the host's own: names that begin with '"
                    + OURS + "' are kept for it; use another name");
        }
        return tenant;
    }
}
