package org.copilotframework.api.spi.storage;

import java.util.Objects;
import org.copilotframework.api.caller.TenantId;

/**
 * A message that waits in the outbox.
 *
 * @param tenant whose message
 * @param id its name within the store, for {@link Outbox#remove}
 * @param message the message
 */
public record OutboxRecord(TenantId tenant, String id, OutboxMessage message) {
    /** Checks for null. */
    public OutboxRecord {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(message, "message");
    }
}
