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
    /** Reads the rows of a query. */
    interface Reading<T> {
        /** Reads as many rows as it wants; those that it leaves are not fetched where the database allows. */
        T read(ResultSet rows) throws SQLException;
    }

    /** Runs one of the {@link #texts}. */
    <T> T query(String sql, Reading<T> reading, Object... arguments);

    /** The queries. */
    Texts texts();

    CommitResult commit(Commit commit);

    boolean deleteSession(TenantId tenant, SessionId id);

    List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit);

    /** Returns those that are lost. */
    List<RunLease> renew(Collection<RunLease> held, Duration lease);

    void retain(TenantId tenant, RunId id, List<StoredEvent> events, long keepFrom);

    OptionalLong compareAndSet(TenantId tenant, ValueChange change);

    long add(TenantId tenant, String key, long delta, @Nullable Duration ttl);

    void removeMessages(Collection<Long> ids);

    /** Deletes some of a tenant's sessions, runs, values or messages. Returns how many; 0 if nothing is left. */
    int eraseSome(TenantId tenant, int limit);

    int sweepValues(int limit);

    int sweepRuns(int limit);

    int sweepSessions(Duration idle, int limit);

    Durability durability();

    void migrate();

    void check();

    void close();
}
