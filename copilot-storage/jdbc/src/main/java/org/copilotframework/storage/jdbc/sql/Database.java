package org.copilotframework.storage.jdbc.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/**
 * A database that holds our tables. What it is given was checked already. Each method is one transaction and throws the errors
 * of {@link org.copilotframework.api.spi.storage.Storage}. Safe for use by several threads.
 */
public interface Database {
    /**
     * Reads the rows of a query.
     *
     * @param <T> what they become
     */
    interface Reading<T> {
        /**
         * Reads as many rows as it wants; those that it leaves are not fetched where the database allows.
         *
         * @param rows the rows, before the first one
         * @return what they become
         * @throws SQLException if the database fails
         */
        T read(ResultSet rows) throws SQLException;
    }

    /**
     * Runs one of the {@link #texts}.
     *
     * @param sql the query
     * @param reading reads the rows
     * @param arguments texts and numbers, in order
     * @param <T> what the rows become
     * @return what was read
     */
    <T> T query(String sql, Reading<T> reading, Object... arguments);

    /** {@return the queries} */
    Texts texts();

    /**
     * As {@link org.copilotframework.api.spi.storage.Storage#commit}.
     *
     * @param commit what changes
     * @return what is stored now
     */
    CommitResult commit(Commit commit);

    /**
     * As {@link org.copilotframework.api.spi.storage.Storage#beginSession}, if there is no such session.
     *
     * @param tenant whose session
     * @param session which session
     * @param dropped how many turns are not kept
     * @return false if there is one, and nothing was done
     */
    boolean beginSession(TenantId tenant, SessionId session, long dropped);

    /**
     * As {@link org.copilotframework.api.spi.storage.Sessions#delete}, but leaves what nobody sees any more to {@link #clear}.
     *
     * @param tenant whose session
     * @param id which session
     * @return whether there was one
     */
    boolean deleteSession(TenantId tenant, SessionId id);

    /**
     * As {@link org.copilotframework.api.spi.storage.Runs#delete}, but leaves what nobody sees any more to {@link #clear}.
     *
     * @param tenant whose run
     * @param id which run
     * @return whether there was one
     */
    boolean deleteRun(TenantId tenant, RunId id);

    /**
     * As {@link org.copilotframework.api.spi.storage.Runs#claim}.
     *
     * @param holder who takes them
     * @param agents of these agents, each once
     * @param lease how long they are his
     * @param limit how many at most
     * @param maxBytes none whose content leads beyond so many bytes, but one in any case
     * @return the runs as they are now
     */
    List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes);

    /**
     * As {@link org.copilotframework.api.spi.storage.Runs#overdue}.
     *
     * @param time due for so long
     * @param except none of these agents
     * @param limit how many at most
     * @return the runs
     */
    List<RunHead> overdue(Duration time, Collection<String> except, int limit);

    /**
     * As {@link org.copilotframework.api.spi.storage.Runs#renew}.
     *
     * @param held the runs
     * @param lease how long they are his from now on
     * @return those that are lost
     */
    List<RunLease> renew(Collection<RunLease> held, Duration lease);

    /**
     * As {@link org.copilotframework.api.spi.storage.Runs#retain}.
     *
     * @param lease the run, with the fence it must have
     * @param events the events
     * @param keepFrom drop what is before this position
     * @return whether it had the fence
     */
    boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom);

    /**
     * As {@link org.copilotframework.api.spi.storage.KeyValues#compareAndSet}.
     *
     * @param tenant whose value
     * @param change the change
     * @return the new version, or empty if the value is at another version
     */
    OptionalLong compareAndSet(TenantId tenant, ValueChange change);

    /**
     * As {@link org.copilotframework.api.spi.storage.KeyValues#add}.
     *
     * @param tenant whose counter
     * @param key which counter
     * @param delta what to add
     * @param ttl how long it lives from its beginning; null for always
     * @return its new value
     */
    long add(TenantId tenant, String key, long delta, @Nullable Duration ttl);

    /**
     * Removes messages from the outbox.
     *
     * @param numbers their numbers; one that is gone is no error
     */
    void removeMessages(Collection<Long> numbers);

    /**
     * Clears turns, state, steps and events of sessions and runs that were deleted, also what somebody left who ended in the
     * middle.
     *
     * @param tenant whose; null for those of all tenants that nobody else is clearing
     * @param rows how many rows at most
     * @return how many; fewer than that if nothing is left
     */
    int clear(@Nullable TenantId tenant, int rows);

    /**
     * Deletes some of a tenant's sessions, or if there are none of its runs, then its values, then its messages. What nobody
     * sees any more is left to {@link #clear}.
     *
     * @param tenant whose data
     * @param limit how many at most
     * @return how many; 0 if nothing is left
     */
    int eraseSome(TenantId tenant, int limit);

    /**
     * Deletes values whose time is over.
     *
     * @param limit how many at most
     * @return how many
     */
    int sweepValues(int limit);

    /**
     * Deletes runs whose time is over. What nobody sees any more is left to {@link #clear}.
     *
     * @param limit how many at most
     * @return how many
     */
    int sweepRuns(int limit);

    /**
     * Deletes sessions that have been idle. What nobody sees any more is left to {@link #clear}.
     *
     * @param idle for so long
     * @param limit how many at most
     * @return how many
     */
    int sweepSessions(Duration idle, int limit);

    /** {@return what an acknowledged commit survives} */
    Durability durability();

    /** Makes the tables, or brings them up to date. */
    void migrate();

    /** Demands that the tables are those that this code knows. */
    void check();

    /** Frees the connections. */
    void close();
}
