package org.copilotframework.core;

import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blobs;

/**
 * What is stored: sessions, runs and files. {@link OrchestratorBuilder#openData()} opens it without any plugin or agent, for
 * who looks at it or clears up; an {@link Orchestrator} has it too. Safe for use by several threads.
 */
public interface StoredData extends AutoCloseable {
    /**
     * The sessions that are stored.
     *
     * @return always the same object
     */
    StoredSessions sessions();

    /**
     * The runs that are stored: those that were submitted, and those that were suspended.
     *
     * @return always the same object
     */
    StoredRuns runs();

    /**
     * The files of all tenants, bounded and encrypted as the settings say; those of plugins have names that begin with {@code
     * plugins/<id>/}. Whoever asks vouches for the tenant.
     *
     * @return always the same object; it is closed with this one, not by whoever asks for it
     */
    Blobs blobs();

    /**
     * What the nodes on this storage told last of the plugins that they serve. Asks the storage, so it may block. A storage that is
     * not shared knows of none.
     *
     * @return the nodes, and where they differ
     * @throws org.copilotframework.api.error.UnavailableException if the storage fails
     */
    Nodes nodes();

    /**
     * Who did what, as far as {@code copilot.audit.storage} has it kept: what was asked for over a network, and what programs told here.
     *
     * @return always the same object
     */
    StoredAudit audit();

    /**
     * Who is let in over a network, and what he may do. Who recognises callers is opened when this is called first, so that a program
     * that lets nobody in does not pay for it.
     *
     * @return always the same object
     * @throws org.copilotframework.api.error.InvalidRequestException if {@code copilot.security.authenticators} names one that is not
     *     there, or the settings of one are wrong
     * @throws org.copilotframework.api.error.UnavailableException if one needs what cannot be reached, or this is closed
     */
    Access access();

    /**
     * Deletes all data of a tenant: sessions, runs, values, messages and files. Its calls that are at work in this process are
     * canceled first, and its runs are no longer shown. What calls in other processes, calls that come in meanwhile and agents
     * that ignore their end write while this is at work may stay: keep the tenant out before, or call this again. What was audited of the
     * tenant is kept.
     *
     * @param tenant whose data
     * @return what was deleted
     * @throws org.copilotframework.api.error.InvalidRequestException if the tenant is the host itself, whose names begin with
     *     {@code copilot.}
     * @throws org.copilotframework.api.error.UnavailableException if the storage fails; part may be deleted, and it may be
     *     called again
     */
    Erased erase(TenantId tenant);

    /** Frees what was opened. May be called more than once. */
    @Override
    void close();
}
