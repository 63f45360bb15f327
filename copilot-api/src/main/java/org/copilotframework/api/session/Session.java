package org.copilotframework.api.session;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.ImplementedByHost;
import org.copilotframework.api.message.Data;

/**
 * A session as the agent sees it during one activation. The request and the reply of the activation are appended by the host;
 * changes of state become visible to others with that one commit, or not at all.
 *
 * <p>Safe for use by the threads of one activation.
 */
@ImplementedByHost
public interface Session {
    /** The most entries of state a session may have. */
    int MAX_STATE_ENTRIES = 256;

    /** The longest key of state, in UTF-16 units. */
    int MAX_STATE_KEY = 128;

    /** The most that the entries of state may weigh together, in bytes: they are read at the start of each activation. */
    int MAX_STATE_BYTES = 256 * 1024;

    /**
     * The session's name.
     *
     * @return the id
     */
    SessionId id();

    /**
     * How many turns there were when this activation began.
     *
     * @return 0 for a new session
     */
    long version();

    /**
     * The latest turns before this activation.
     *
     * @param limit how many at most, from 1 to 1000; of turns that weigh much, fewer are read
     * @return the turns, oldest first
     */
    List<Turn> history(int limit);

    /**
     * Reads one entry of the session's state, with this activation's own changes.
     *
     * @param key the entry's key
     * @return its value, or empty
     */
    Optional<Data> get(String key);

    /**
     * Writes one entry of the session's state.
     *
     * @param key the entry's key, 1 to {@value #MAX_STATE_KEY} characters
     * @param value its new value: what {@link Data#of(Object)} takes
     * @throws org.copilotframework.api.error.InvalidRequestException if the key is too long or has control
     *     characters, there would be more than {@value #MAX_STATE_ENTRIES} entries, or they would weigh more than {@link
     *     #MAX_STATE_BYTES}
     */
    void put(String key, Object value);

    /**
     * Removes one entry of the session's state, if it is there.
     *
     * @param key the entry's key
     */
    void remove(String key);
}
