package org.copilotframework.storage.tck.example;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.storage.tck.example.Shelf.Key;
import org.copilotframework.storage.tck.example.Shelf.RunRow;
import org.jspecify.annotations.Nullable;

/** The runs on a shelf. */
final class ShelfRuns implements Runs {
    private final ShelfStorage storage;

    ShelfRuns(ShelfStorage storage) {
        this.storage = storage;
    }

    @Override
    public Optional<RunRecord> find(TenantId tenant, RunId id) {
        return storage.transaction(() -> row(tenant, id).map(row -> row.record));
    }

    @Override
    public List<RunHead> list(TenantId tenant, @Nullable RunState state, @Nullable RunId before, int limit) {
        ShelfStorage.checkLimit(limit, MAX_PAGE);
        return storage.transaction(() -> storage.shelf().runs.descendingMap().values().stream()
                .filter(row -> !storage.shelf().over(row.expires))
                .map(row -> row.record.head())
                .filter(head -> head.tenant().equals(tenant) && (state == null || head.state() == state))
                .filter(head -> before == null || head.id().value().compareTo(before.value()) < 0)
                .limit(limit)
                .toList());
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit) {
        return claim(holder, agents, lease, limit, Long.MAX_VALUE);
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        Runs.checkHolder(holder);
        ShelfStorage.checkLimit(limit, 100);
        return storage.transaction(() -> {
            Instant now = storage.shelf().now();
            List<RunRecord> due = storage.shelf().runs.values().stream()
                    .map(row -> row.record)
                    .filter(run ->
                            run.head().due() != null && !now.isBefore(run.head().due()))
                    .filter(run -> !run.head().state().terminal()
                            && agents.contains(run.head().agent()))
                    .sorted(Comparator.comparing(
                            run -> Objects.requireNonNull(run.head().due())))
                    .limit(limit)
                    .toList();
            List<RunRecord> taken = new ArrayList<>();
            long room = maxBytes;
            for (RunRecord run : due) {
                room -= size(run.input()) + size(run.detail());
                if (room < 0 && !taken.isEmpty()) {
                    break;
                }
                RunHead head = run.head();
                RunState state = head.state() == RunState.SUBMITTED ? RunState.WORKING : head.state();
                RunHead claimed = new RunHead(
                        head.tenant(),
                        head.id(),
                        head.agent(),
                        head.session(),
                        state,
                        head.fence() + 1,
                        head.activation(),
                        head.attempt() + 1,
                        holder,
                        now.plus(lease),
                        head.created(),
                        now);
                taken.add(replace(new RunRecord(claimed, run.input(), run.detail())));
            }
            return taken;
        });
    }

    private static long size(@Nullable Payload content) {
        return content == null ? 0 : content.bytes().length;
    }

    @Override
    public List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        ShelfStorage.checkLimit(limit, 100);
        return storage.transaction(() -> {
            Instant before = storage.shelf().now().minus(time);
            return storage.shelf().runs.values().stream()
                    .map(row -> row.record.head())
                    .filter(head -> head.due() != null && !before.isBefore(head.due()))
                    .filter(head -> !head.state().terminal() && !except.contains(head.agent()))
                    .sorted(Comparator.comparing(head -> Objects.requireNonNull(head.due())))
                    .limit(limit)
                    .toList();
        });
    }

    @Override
    public List<RunLease> renew(Collection<RunLease> held, Duration lease) {
        return storage.transaction(
                () -> held.stream().filter(one -> !renewed(one, lease)).toList());
    }

    private boolean renewed(RunLease lease, Duration time) {
        RunRecord run = row(lease.tenant(), lease.id()).map(row -> row.record).orElse(null);
        if (run == null
                || run.head().fence() != lease.fence()
                || run.head().holder() == null
                || run.head().state().terminal()) {
            return false;
        }
        RunHead head = run.head();
        RunHead prolonged = new RunHead(
                head.tenant(),
                head.id(),
                head.agent(),
                head.session(),
                head.state(),
                head.fence(),
                head.activation(),
                head.attempt(),
                head.holder(),
                storage.shelf().now().plus(time),
                head.created(),
                head.changed());
        replace(new RunRecord(prolonged, run.input(), run.detail()));
        return true;
    }

    /** Writes a run that is no commit's change, so the name of its last change stays. */
    private RunRecord replace(RunRecord after) {
        Key key = new Key(after.head().tenant(), after.head().id().value());
        storage.shelf().runs.computeIfPresent(key, (same, row) -> row.with(after, row.change, row.expires));
        return after;
    }

    @Override
    public Optional<StepRecord> step(TenantId tenant, RunId id, String key) {
        return storage.transaction(() -> row(tenant, id).map(row -> row.steps.get(key)));
    }

    @Override
    public List<StepRecord> steps(TenantId tenant, RunId id, String after, int limit, long maxBytes) {
        ShelfStorage.checkLimit(limit, MAX_PAGE);
        return storage.transaction(() -> row(tenant, id)
                .map(row -> Shelf.page(row.steps.tailMap(after, false).values(), StepRecord::result, limit, maxBytes))
                .orElse(List.of()));
    }

    @Override
    public boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom) {
        return storage.transaction(() -> row(lease.tenant(), lease.id())
                .filter(row -> row.record.head().fence() == lease.fence())
                .map(row -> {
                    events.forEach(event -> row.events.putIfAbsent(event.position(), event));
                    row.events.headMap(keepFrom, false).clear();
                    return true;
                })
                .orElse(false));
    }

    @Override
    public List<StoredEvent> events(TenantId tenant, RunId id, long after, int limit, long maxBytes) {
        ShelfStorage.checkLimit(limit, MAX_PAGE);
        return storage.transaction(() -> row(tenant, id)
                .map(row ->
                        Shelf.page(row.events.tailMap(after, false).values(), StoredEvent::content, limit, maxBytes))
                .orElse(List.of()));
    }

    @Override
    public boolean delete(TenantId tenant, RunId id) {
        return storage.transaction(() -> storage.shelf().runs.remove(new Key(tenant, id.value())) != null);
    }

    private Optional<RunRow> row(TenantId tenant, RunId id) {
        return Optional.ofNullable(storage.shelf().runs.get(new Key(tenant, id.value())))
                .filter(row -> !storage.shelf().over(row.expires));
    }

    /** Whether the run's last change is this very commit. */
    boolean repeated(Commit commit) {
        String change = commit.start().isPresent()
                ? commit.start().get().change()
                : commit.run().isPresent() ? commit.run().get().change() : "";
        return commit.stepsOf()
                .flatMap(id -> row(commit.tenant(), id))
                .map(row -> row.change.equals(change))
                .orElse(false);
    }

    void check(Commit commit) {
        RunId id = commit.stepsOf().orElse(null);
        if (id == null) {
            return;
        }
        RunHead head = row(commit.tenant(), id).map(row -> row.record.head()).orElse(null);
        long expected = commit.run().isPresent()
                ? commit.run().get().fence()
                : commit.within().map(RunLease::fence).orElse(0L);
        if (commit.start().isPresent()) {
            if (head != null) {
                throw new ConflictException("run '" + id + "' is there already");
            }
        } else if (head == null) {
            throw new ConflictException("run '" + id + "' is not there");
        } else if (head.state().terminal()) {
            throw new ConflictException("run '" + id + "' has ended as " + head.state());
        } else if (head.fence() != expected) {
            throw new ConflictException("run '" + id + "' has fence " + head.fence() + ", and this change expects "
                    + expected + ": another worker has taken it");
        }
    }

    void write(Commit commit, Instant now) {
        commit.start().ifPresent(start -> {
            RunHead head = new RunHead(
                    commit.tenant(),
                    start.id(),
                    start.agent(),
                    start.session(),
                    start.state(),
                    1,
                    start.activation(),
                    0,
                    start.holder(),
                    start.due().from(now).orElse(null),
                    now,
                    now);
            RunRecord run = new RunRecord(head, start.input(), start.detail());
            storage.shelf()
                    .runs
                    .put(
                            new Key(commit.tenant(), start.id().value()),
                            new RunRow(run, start.change(), expiry(start.state(), start.keep(), now)));
        });
        commit.run().ifPresent(change -> {
            RunRow row = row(commit.tenant(), change.id()).orElseThrow();
            RunHead before = row.record.head();
            RunHead head = new RunHead(
                    before.tenant(),
                    before.id(),
                    before.agent(),
                    before.session(),
                    change.state(),
                    before.fence() + 1,
                    change.activation(),
                    0,
                    change.holder(),
                    change.due().from(now).orElse(null),
                    before.created(),
                    now);
            RunRecord run = new RunRecord(head, row.record.input(), change.detail());
            storage.shelf()
                    .runs
                    .put(
                            new Key(commit.tenant(), change.id().value()),
                            row.with(run, change.change(), expiry(change.state(), change.keep(), now)));
        });
        for (StepRecord step : commit.steps()) {
            RunRow row = row(commit.tenant(), commit.stepsOf().orElseThrow()).orElseThrow();
            row.steps.merge(step.key(), step, (first, second) -> first.result() != null ? first : second);
        }
        for (StoredEvent event : commit.events()) {
            RunRow row = row(commit.tenant(), commit.stepsOf().orElseThrow()).orElseThrow();
            row.events.putIfAbsent(event.position(), event);
        }
    }

    private static @Nullable Instant expiry(RunState state, @Nullable Duration keep, Instant now) {
        return state.terminal() && keep != null ? now.plus(keep) : null;
    }
}
