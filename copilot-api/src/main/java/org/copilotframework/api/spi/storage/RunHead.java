package org.copilotframework.api.spi.storage;

import java.time.Instant;
import java.util.Objects;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * Where a stored run stands, without its content.
 *
 * @param tenant whose run
 * @param id which run
 * @param agent the agent's name
 * @param session the session it belongs to, or null
 * @param state its state as stored: SUBMITTED when it waits for a worker or a timer, WORKING when a worker has taken it
 * @param fence counts its changes: one more with each claim and each {@link RunChange}; who shows an older one is refused
 * @param activation the activation it is in, or comes next; from 1
 * @param attempt how many workers have taken it since its last {@link RunChange}
 * @param holder who has taken it, or null
 * @param due when it next wants a worker, by the store's clock; null for never
 * @param created when it was stored first; a copied run shows the time of the copy
 * @param changed when it was changed last; a renewed lease is no change
 */
public record RunHead(
        TenantId tenant,
        RunId id,
        String agent,
        @Nullable SessionId session,
        RunState state,
        long fence,
        int activation,
        int attempt,
        @Nullable String holder,
        @Nullable Instant due,
        Instant created,
        Instant changed) {
    /** Checks for null. */
    public RunHead {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(agent, "agent");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(changed, "changed");
    }
}
