package org.copilotframework.api.spi.audit;

/** Keeps audit entries; what it has taken is never changed. Safe for use by several threads. */
public interface AuditSink extends AutoCloseable {
    /**
     * Takes an entry. May block: what changes anything is answered only after this has returned.
     *
     * @param entry what happened
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be kept; what it tells of is then refused, or told
     *     as failed
     */
    void take(AuditEntry entry);

    /** Frees what was opened. */
    @Override
    default void close() {}
}
