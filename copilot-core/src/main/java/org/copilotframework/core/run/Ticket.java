package org.copilotframework.core.run;

import org.copilotframework.api.message.Message;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/**
 * What entitles a call to work on a stored run.
 *
 * @param handle the run, as this process shows it
 * @param stored whether the run is in the store already; else the call stores it when it is accepted
 * @param fence what the store knows the holder by
 * @param activation which activation it is, from 1
 * @param attempt how many workers have taken the run since it was last changed
 * @param first what the run began with
 * @param detail what the last change left for this activation
 * @param lineage how the run has come about, and what it has caused until now
 * @param claim what is stored with a run that begins, so that its request is known again; or null
 */
public record Ticket(
        RunHandle handle,
        boolean stored,
        long fence,
        int activation,
        int attempt,
        Message first,
        RunDetail detail,
        Lineage lineage,
        @Nullable ValueChange claim) {
    /**
     * For a run that begins.
     *
     * @param handle the run
     * @param first what it begins with
     * @param claim what is stored with it; or null
     * @return the ticket
     */
    public static Ticket begin(RunHandle handle, Message first, @Nullable ValueChange claim) {
        return new Ticket(handle, false, 1, 1, 0, first, RunDetail.NONE, Lineage.NONE, claim);
    }

    /**
     * The lease, as its holder shows it.
     *
     * @return the lease
     */
    public RunLease lease() {
        return new RunLease(handle.tenant(), handle.id(), fence);
    }

    /**
     * Names the activation, whoever is at work on it: the id of its turn.
     *
     * @return {@code runId/n}
     */
    public String turnId() {
        return handle.id() + "/" + activation;
    }
}
