package org.copilotframework.api.spi.storage;

import java.util.Map;
import org.copilotframework.api.message.Data;

/**
 * A session without its turns.
 *
 * @param version the version of its last turn
 * @param state its map of state
 */
public record SessionHead(long version, Map<String, Data> state) {
    /** Copies the state. */
    public SessionHead {
        state = Map.copyOf(state);
    }
}
