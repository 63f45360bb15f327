package org.copilotframework.core;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.jspecify.annotations.Nullable;

/** Reads runs that are stored, wherever they are at work. Each method may block. Safe for use by several threads. */
public interface StoredRuns {
    /**
     * Finds a run.
     *
     * @param tenant whose run
     * @param id which run
     * @return the run, or empty if there is none, or it is no longer kept
     */
    Optional<Run> find(TenantId tenant, RunId id);

    /**
     * Finds a run as it would stand in a list.
     *
     * @param tenant whose run
     * @param id which run
     * @return the run, or empty if there is none, or it is no longer kept
     */
    Optional<RunSummary> summary(TenantId tenant, RunId id);

    /**
     * Whether somebody has begun a run: he may see it and end it, whatever else he may.
     *
     * @param caller tenant and subject
     * @param id which run
     * @return true if the run is there and was begun by that subject of that tenant
     */
    boolean isBegunBy(Caller caller, RunId id);

    /**
     * Why a run that could go on does not: the version of its plugin that it needs is not there.
     *
     * @param tenant whose run
     * @param id which run
     * @return the reason, for a person, as whoever looked last has found it; empty if the run waits for nothing of that kind
     */
    Optional<String> obstacle(TenantId tenant, RunId id);

    /**
     * Pages through a tenant's runs, the latest first.
     *
     * @param tenant whose runs
     * @param state list those in this state only; null for all
     * @param before list those before this one; null for the first page
     * @param limit how many at most, from 1 to 1000
     * @return the runs; fewer than the limit only at the end
     */
    List<RunSummary> list(TenantId tenant, @Nullable RunState state, @Nullable RunId before, int limit);

    /**
     * Deletes a run in whatever state, with its steps and events. A call that is at work on it then meets a conflict.
     *
     * @param tenant whose run
     * @param id which run
     * @return whether there was one
     */
    boolean delete(TenantId tenant, RunId id);
}
