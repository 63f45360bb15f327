package org.copilotframework.api.spi.storage;

import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;

/** Reads runs. Each method sees one tenant only. */
public interface Runs {
    /**
     * Reads a run.
     *
     * @param tenant whose run
     * @param id which run
     * @return the run, or empty if it was never committed or is no longer kept
     */
    Optional<RunRecord> find(TenantId tenant, RunId id);
}
