package org.copilotframework.api.spi.audit;

/** Keeps audit entries; what it has taken is never changed. Safe for use by several threads. */
public interface AuditSink extends AutoCloseable {
    /**
     * Takes an entry. May block: what changes anything is begun only after this has taken that it will be, and answered only after
     * this was told what became of it.
     *
     * @param entry what happened
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be kept; what it says is begun is then not done
     */
    void take(AuditEntry entry);

    /** Frees what was opened. */
    @Override
    default void close() {}
}
