package org.copilotframework.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.jspecify.annotations.Nullable;

/** Reads and deletes sessions that are stored. Each method may block. Safe for use by several threads. */
public interface StoredSessions {
    /**
     * Pages through a tenant's sessions, in the order of their ids by code point.
     *
     * @param tenant whose sessions
     * @param after list those after this one; null for the first page
     * @param limit how many at most, from 1 to 1000
     * @return the sessions; fewer than the limit only at the end
     */
    List<SessionSummary> list(TenantId tenant, @Nullable SessionId after, int limit);

    /**
     * Finds a session.
     *
     * @param tenant whose session
     * @param id which session
     * @return the session, or empty if there is none
     */
    Optional<SessionSummary> find(TenantId tenant, SessionId id);

    /**
     * Reads a session's state.
     *
     * @param tenant whose session
     * @param id which session
     * @return its entries by key; empty if there is no such session
     */
    Map<String, Data> state(TenantId tenant, SessionId id);

    /**
     * Reads the latest turns up to a version. Of turns that weigh much, fewer than the limit are read; whoever wants the others
     * reads on with the version before the oldest one he got.
     *
     * @param tenant whose session
     * @param id which session
     * @param upTo the latest version to read; {@link Long#MAX_VALUE} for the newest
     * @param limit how many at most, from 1 to 1000
     * @return the turns, oldest first
     */
    List<Turn> turns(TenantId tenant, SessionId id, long upTo, int limit);

    /**
     * Deletes a session with all its turns and state, and the runs that belong to it with what was said in them. A call that is
     * at work on it then meets a conflict. To find its runs, all of the tenant's are listed.
     *
     * @param tenant whose session
     * @param id which session
     * @return what was deleted
     * @throws org.copilotframework.api.error.UnavailableException if the storage fails; part may be deleted, and it may be
     *     called again
     */
    DeletedSession delete(TenantId tenant, SessionId id);
}
