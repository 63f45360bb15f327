package org.copilotframework.core.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;

/**
 * Keeps everything in this process's memory: sessions until they are deleted, and the runs that have not ended or ended
 * lately. A commit locks its own session only.
 */
public final class MemoryStorage implements Storage {
    private static final int MAX_PAGE = 1000;

    private record Key(TenantId tenant, SessionId session) {}

    private final ConcurrentMap<Key, SessionLog> logs = new ConcurrentHashMap<>();
    private final RunTable runs;
    private final Sessions sessions = new LogSessions();
    private volatile boolean closed;

    /**
     * Makes an empty store.
     *
     * @param runsKept how many runs that have ended are kept, of all tenants together; at least 1
     * @throws InvalidRequestException if the number is below 1
     */
    public MemoryStorage(int runsKept) {
        if (runsKept < 1) {
            throw new InvalidRequestException("runs kept in memory: must be at least 1, not " + runsKept);
        }
        this.runs = new RunTable(runsKept);
    }

    @Override
    public Sessions sessions() {
        return sessions;
    }

    @Override
    public Runs runs() {
        return runs;
    }

    /** The run is written within the session's lock: whoever sees it ended and then reads the session sees the turn. */
    @Override
    public CommitResult commit(Commit commit) {
        if (closed) {
            throw new UnavailableException("the store in memory is closed", Duration.ZERO);
        }
        Optional<SessionChange> change = commit.session();
        if (change.isEmpty()) {
            writeRun(commit);
            return new CommitResult(false, null);
        }
        Key key = new Key(commit.tenant(), change.get().session());
        while (true) {
            SessionLog log = logs.computeIfAbsent(key, absent -> new SessionLog(new ArrayList<>()));
            CommitResult result = log.append(change.get(), () -> writeRun(commit));
            if (result != null) {
                return result;
            }
            logs.remove(key, log);
        }
    }

    private void writeRun(Commit commit) {
        Optional<RunRecord> run = commit.run();
        if (run.isPresent()) {
            runs.write(commit.tenant(), run.get());
        }
    }

    @Override
    public Durability durability() {
        return Durability.MEMORY;
    }

    @Override
    public void close() {
        closed = true;
        logs.clear();
        runs.clear();
    }

    private final class LogSessions implements Sessions {
        @Override
        public Optional<SessionHead> head(TenantId tenant, SessionId id) {
            return find(tenant, id).flatMap(SessionLog::head);
        }

        @Override
        public List<Turn> turns(TenantId tenant, SessionId id, long upTo, int limit) {
            if (limit < 1 || limit > MAX_PAGE) {
                throw new InvalidRequestException("limit: must be from 1 to " + MAX_PAGE + ", not " + limit);
            }
            return find(tenant, id).map(log -> log.turns(upTo, limit)).orElse(List.of());
        }

        @Override
        public boolean delete(TenantId tenant, SessionId id) {
            SessionLog log = logs.remove(new Key(tenant, id));
            return log != null && log.delete();
        }

        private Optional<SessionLog> find(TenantId tenant, SessionId id) {
            return Optional.ofNullable(logs.get(new Key(tenant, id)));
        }
    }
}
