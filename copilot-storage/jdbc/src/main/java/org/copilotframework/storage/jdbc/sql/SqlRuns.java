package org.copilotframework.storage.jdbc.sql;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.jspecify.annotations.Nullable;

/** Reads runs, and hands to the database what changes them. */
final class SqlRuns implements Runs {
    private static final int MAX_CLAIM = 100;
    /** Sorts after every run's id. */
    private static final String LAST = "~";

    private final Database database;
    private final Clearing clearing;

    SqlRuns(Database database, Clearing clearing) {
        this.database = database;
        this.clearing = clearing;
    }

    @Override
    public Optional<RunRecord> find(TenantId tenant, RunId id) {
        return database.query(
                database.texts().run(),
                rows -> rows.next() ? Optional.of(Rows.run(rows)) : Optional.empty(),
                tenant.value(),
                id.value());
    }

    @Override
    public List<RunHead> list(TenantId tenant, @Nullable RunState state, @Nullable RunId before, int limit) {
        Limits.page(limit, MAX_PAGE);
        String from = before == null ? LAST : before.value();
        return state == null
                ? database.query(database.texts().runs(), Rows.all(Rows::head), tenant.value(), from, limit)
                : database.query(
                        database.texts().runsIn(), Rows.all(Rows::head), tenant.value(), state.name(), from, limit);
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit) {
        return claim(holder, agents, lease, limit, Long.MAX_VALUE);
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        Runs.checkHolder(holder);
        Limits.page(limit, MAX_CLAIM);
        return agents.isEmpty() ? List.of() : database.claim(holder, Set.copyOf(agents), lease, limit, maxBytes);
    }

    @Override
    public List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        Limits.page(limit, MAX_CLAIM);
        return database.overdue(time, Set.copyOf(except), limit);
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, RunId id) {
        return database.query(
                database.texts().lease(),
                rows -> rows.next() && rows.getLong(1) > 0
                        ? Optional.of(Duration.of(rows.getLong(1), ChronoUnit.MICROS))
                        : Optional.empty(),
                tenant.value(),
                id.value());
    }

    @Override
    public List<RunLease> renew(Collection<RunLease> held, Duration lease) {
        return held.isEmpty() ? List.of() : database.renew(held, lease);
    }

    @Override
    public Optional<StepRecord> step(TenantId tenant, RunId id, String key) {
        return database.query(
                database.texts().step(),
                rows -> rows.next() ? Optional.of(new StepRecord(key, Rows.orNull(rows, 1))) : Optional.empty(),
                tenant.value(),
                id.value(),
                key);
    }

    @Override
    public List<StepRecord> steps(TenantId tenant, RunId id, String after, int limit, long maxBytes) {
        Limits.page(limit, MAX_PAGE);
        return database.query(
                database.texts().steps(),
                Rows.upTo(row -> new StepRecord(row.getString(1), Rows.orNull(row, 2)), StepRecord::result, maxBytes),
                tenant.value(),
                id.value(),
                after,
                limit,
                maxBytes);
    }

    @Override
    public boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom) {
        if (events.size() > MAX_PAGE) {
            throw new InvalidRequestException(
                    "events: at most " + MAX_PAGE + " are retained at once, not " + events.size());
        }
        Limits.contents(events.stream().map(StoredEvent::content).toList());
        return database.retain(lease, events, keepFrom);
    }

    @Override
    public List<StoredEvent> events(TenantId tenant, RunId id, long after, int limit, long maxBytes) {
        Limits.page(limit, MAX_PAGE);
        return database.query(
                database.texts().events(),
                Rows.upTo(row -> new StoredEvent(row.getLong(1), Rows.payload(row, 2)), StoredEvent::content, maxBytes),
                tenant.value(),
                id.value(),
                after,
                limit,
                maxBytes);
    }

    @Override
    public boolean delete(TenantId tenant, RunId id) {
        boolean was = database.deleteRun(tenant, id);
        if (was) {
            clearing.behind(tenant);
        } else {
            clearing.all(tenant);
        }
        return was;
    }
}
