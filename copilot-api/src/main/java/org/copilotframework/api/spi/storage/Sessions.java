package org.copilotframework.api.spi.storage;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;

/** Reads sessions. Each method sees one tenant only. */
public interface Sessions {
    /**
     * Reads a session without its turns.
     *
     * @param tenant whose session
     * @param id which session
     * @return the session, or empty if nothing was ever committed to it
     */
    Optional<SessionHead> head(TenantId tenant, SessionId id);

    /**
     * Reads the latest turns up to a version.
     *
     * @param tenant whose session
     * @param id which session
     * @param upTo the latest version to read; {@link Long#MAX_VALUE} for the newest
     * @param limit how many at most, from 1 to 1000
     * @return the turns, oldest first; empty if there are none
     */
    List<Turn> turns(TenantId tenant, SessionId id, long upTo, int limit);

    /**
     * Deletes a session with all its turns and state.
     *
     * @param tenant whose session
     * @param id which session
     * @return whether there was one
     */
    boolean delete(TenantId tenant, SessionId id);
}
