package org.copilotframework.api.spi.storage;

/** A store of sessions and runs of many tenants. Safe for use by several threads. */
public interface Storage extends AutoCloseable {
    /**
     * Reads sessions.
     *
     * @return always the same object
     */
    Sessions sessions();

    /**
     * Reads runs.
     *
     * @return always the same object
     */
    Runs runs();

    /**
     * Writes what one activation changes, all of it or nothing. The cost does not grow with the length of the session.
     *
     * @param commit what changes
     * @return what is stored now; for a turn id that was committed before, the first result, and nothing is written
     * @throws org.copilotframework.api.error.ConflictException if the session is no longer at the expected version, or the run
     *     is not in a state that the new one may follow
     */
    CommitResult commit(Commit commit);

    /**
     * What an acknowledged commit survives.
     *
     * @return the weakest guarantee under the store's present settings
     */
    Durability durability();

    /** Frees what the store holds. Commits that were acknowledged stay. */
    @Override
    void close();
}
