package org.copilotframework.api.spi.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.jspecify.annotations.Nullable;

/**
 * The runs that are stored, and who works on them. Runs are begun and changed by {@link Storage#commit}. All but {@link
 * #claim} and {@link #renew} see one tenant only. No cost grows with the number of runs that have ended. Safe for use by
 * several threads.
 */
public interface Runs {
    /** The most runs or events of one page. */
    int MAX_PAGE = 1_000;

    /** The longest name of a holder. */
    int MAX_HOLDER = 128;

    /**
     * Reads a run.
     *
     * @param tenant whose run
     * @param id which run
     * @return the run, or empty if it was never committed or is no longer kept
     */
    Optional<RunRecord> find(TenantId tenant, RunId id);

    /**
     * Pages through a tenant's runs, the greatest id first, which is the latest first.
     *
     * @param tenant whose runs
     * @param state list those in this state only; null for all
     * @param before list those with a lesser id; null for the first page
     * @param limit how many at most, from 1 to {@link #MAX_PAGE}
     * @return the runs, without their content; fewer than the limit only at the end
     * @throws org.copilotframework.api.error.InvalidRequestException if the limit is out of range
     */
    List<RunHead> list(TenantId tenant, @Nullable RunState state, @Nullable RunId before, int limit);

    /**
     * Takes runs that are due, of all tenants, the longest due first as far as the store can tell. Nobody else gets a run that
     * was taken until the lease is over. The run's fence and its count of attempts become one more, its holder and due are set,
     * and SUBMITTED becomes WORKING; other states stay.
     *
     * @param holder who takes them: the name of a process, unique and new each time it starts; 1 to {@value #MAX_HOLDER}
     *     characters of printable ASCII
     * @param agents take runs of these agents only
     * @param lease how long they are his, by the store's clock or by an unchanged fence and due
     * @param limit how many at most, from 1 to 100
     * @return the runs as they are now, not bounded by bytes: who takes a run begins it
     * @throws org.copilotframework.api.error.InvalidRequestException if the limit is out of range, or the holder has another form
     */
    List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit);

    /**
     * Takes runs that are due, and no more than have room together.
     *
     * @param holder as above
     * @param agents as above
     * @param lease as above
     * @param limit as above
     * @param maxBytes take no run whose input and detail would lead beyond so many bytes in all; the first is always taken
     * @return the runs as they are now; of a store that does not look at their size, all up to the limit
     * @throws org.copilotframework.api.error.InvalidRequestException as above
     */
    default List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        return claim(holder, agents, lease, limit);
    }

    /**
     * Finds runs of all tenants that have been due for long, and that nobody has taken. Takes none of them. A run whose lease is
     * prolonged is not due.
     *
     * @param time due for so long, by the store's clock; zero or more
     * @param except none of these agents: those that the caller has, whose runs only wait for room. However many of them wait,
     *     those of other agents are found
     * @param limit how many at most, from 1 to 100
     * @return the runs, without their content, the longest due first as far as the store can tell; none of a store that cannot
     *     find them, whose runs then wait for ever
     * @throws org.copilotframework.api.error.InvalidRequestException if the limit is out of range
     */
    default List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        return List.of();
    }

    /**
     * Tells for how long a run is still somebody's, if he does not prolong his lease. For copies of the store.
     *
     * @param tenant whose run
     * @param id which run
     * @return the time that is left by the store's clock, above zero; of a store without one the whole lease, which is over once
     *     fence and due have not changed for so long; empty if nobody has the run, his lease is over, or it is not there
     */
    default Optional<Duration> remaining(TenantId tenant, RunId id) {
        return find(tenant, id)
                .map(RunRecord::head)
                .filter(head -> head.holder() != null && head.due() != null)
                .map(head -> Duration.between(Instant.now(), head.due()))
                .filter(left -> !left.isZero() && !left.isNegative());
    }

    /**
     * Prolongs leases. A lease that is over can be prolonged as long as nobody else has taken the run. Nothing else of a run
     * changes, and what is lost is left as it is.
     *
     * @param held the runs that the caller believes to hold
     * @param lease how long they are his from now on
     * @return those that are lost: the run has another fence, is held by nobody, has ended or is gone
     */
    List<RunLease> renew(Collection<RunLease> held, Duration lease);

    /**
     * Reads a step that was journaled.
     *
     * @param tenant whose run
     * @param id which run
     * @param key the step's key
     * @return the step, or empty if it was never journaled
     */
    Optional<StepRecord> step(TenantId tenant, RunId id, String key);

    /**
     * Pages through the steps of a run that were journaled, in the order of their keys by code point. For copies of the store.
     *
     * @param tenant whose run
     * @param id which run
     * @param after list those after this key; empty for the first page
     * @param limit how many at most, from 1 to {@link #MAX_PAGE}
     * @param maxBytes stop before the step whose result would lead beyond so many bytes in all; the first is always read
     * @return the steps; none only at the end
     * @throws org.copilotframework.api.error.InvalidRequestException if the limit is out of range
     */
    List<StepRecord> steps(TenantId tenant, RunId id, String after, int limit, long maxBytes);

    /**
     * Retains events, and drops old ones, if the run has the lease's fence at that moment; else nothing is changed. So whoever
     * lost a run never adds to the events of the one who has it now, and who takes a run and reads its events has read them
     * all. An event at a position that is retained already is left as it is, so a batch may be sent again. Events are gone with
     * their run. What is more than the store writes at once it may write in pieces, each under the fence.
     *
     * @param lease the run, with the fence the caller was given by the last claim or commit; its time does not matter
     * @param events the events, by position; at most {@link #MAX_PAGE}, and none to drop only
     * @param keepFrom drop what is retained before this position, and retain none of these before it
     * @return whether the run had the fence, to the last piece; false if somebody else has it, or it is not stored
     */
    boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom);

    /**
     * Reads retained events.
     *
     * @param tenant whose run
     * @param id which run
     * @param after read those after this position
     * @param limit how many at most, from 1 to {@link #MAX_PAGE}
     * @param maxBytes stop before the event whose content would lead beyond so many bytes in all; the first is always read
     * @return the events by position, which may begin later than asked for if earlier ones were dropped
     * @throws org.copilotframework.api.error.InvalidRequestException if the limit is out of range
     */
    List<StoredEvent> events(TenantId tenant, RunId id, long after, int limit, long maxBytes);

    /**
     * Deletes a run in whatever state, with its steps and retained events. Who holds it meets a conflict with his next change.
     *
     * @param tenant whose run
     * @param id which run
     * @return whether there was one
     */
    boolean delete(TenantId tenant, RunId id);

    /**
     * Checks the form of a holder's name. Each implementation calls it where it is given one.
     *
     * @param holder the name
     * @return the same name
     * @throws org.copilotframework.api.error.InvalidRequestException if it has another form
     */
    static String checkHolder(String holder) {
        Form.holder(holder);
        return holder;
    }
}
