package org.copilotframework.api.spi.storage;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * Reads sessions. Each method sees one tenant only, and every read is bounded. What is read is at least as new as the last
 * commit that was acknowledged, to whatever process. Safe for use by several threads.
 */
public interface Sessions {
    /** The most turns or sessions of one page. */
    int MAX_PAGE = 1_000;

    /**
     * Reads a session without its turns.
     *
     * @param tenant whose session
     * @param id which session
     * @return the session with its state, or empty if nothing was ever committed to it
     */
    Optional<SessionHead> head(TenantId tenant, SessionId id);

    /**
     * Reads the latest turns up to a version. Versions follow each other without a gap, so whoever gets fewer turns than he
     * asked for reads on with the version before the oldest one he got.
     *
     * @param tenant whose session
     * @param id which session
     * @param upTo the latest version to read; {@link Long#MAX_VALUE} for the newest
     * @param limit how many at most, from 1 to {@link #MAX_PAGE}
     * @param maxBytes stop before the turn whose content would lead beyond so many bytes in all; the newest is always read
     * @return the turns, oldest first; empty if there are none
     * @throws org.copilotframework.api.error.InvalidRequestException if the limit is out of range
     */
    List<StoredTurn> turns(TenantId tenant, SessionId id, long upTo, int limit, long maxBytes);

    /**
     * Pages through a tenant's sessions, in the order of their ids by code point. A session that begins or is deleted while
     * somebody pages is seen or not; every other one is seen once.
     *
     * @param tenant whose sessions
     * @param after list those after this one; null for the first page
     * @param limit how many at most, from 1 to {@link #MAX_PAGE}
     * @return the sessions, without their state; fewer than the limit only at the end
     * @throws org.copilotframework.api.error.InvalidRequestException if the limit is out of range
     */
    List<SessionHead> list(TenantId tenant, @Nullable SessionId after, int limit);

    /**
     * Deletes a session with all its turns and state. A session of the same name that begins later begins at version 1. Its runs
     * are stored apart and stay: {@link Runs#delete} deletes one.
     *
     * @param tenant whose session
     * @param id which session
     * @return whether there was one
     */
    boolean delete(TenantId tenant, SessionId id);
}
