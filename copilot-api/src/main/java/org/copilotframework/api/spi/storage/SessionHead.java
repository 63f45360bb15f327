package org.copilotframework.api.spi.storage;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.copilotframework.api.session.SessionId;

/**
 * A session without its turns.
 *
 * @param id which session
 * @param version the version of its last turn
 * @param first the version of the oldest turn that is kept
 * @param changed when the last turn was committed, by the store's clock; a copied session may show the time of the copy
 * @param state its map of state; empty in a {@linkplain Sessions#list page}
 */
public record SessionHead(SessionId id, long version, long first, Instant changed, Map<String, Payload> state) {
    /** Checks and copies. */
    public SessionHead {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(changed, "changed");
        state = Map.copyOf(state);
    }
}
