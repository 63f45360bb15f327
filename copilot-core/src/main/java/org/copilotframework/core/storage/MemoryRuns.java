package org.copilotframework.core.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.jspecify.annotations.Nullable;

/** Reads and claims the runs of all tenants. One run's own lock is all that is taken, never two at once. */
final class MemoryRuns implements Runs {
    private static final int MAX_CLAIM = 100;

    private final Door door;
    private final RunTable table;
    private final InstantSource clock;

    MemoryRuns(Door door, RunTable table, InstantSource clock) {
        this.door = door;
        this.table = table;
        this.clock = clock;
    }

    @Override
    public Optional<RunRecord> find(TenantId tenant, RunId id) {
        return read(tenant, id, RunEntry::record);
    }

    @Override
    public List<RunHead> list(TenantId tenant, @Nullable RunState state, @Nullable RunId before, int limit) {
        Door.checkLimit(limit, MAX_PAGE);
        door.check();
        List<RunHead> page = new ArrayList<>();
        Key end = before == null ? Key.last(tenant) : new Key(tenant, before.value());
        for (List<Key> keys = table.before(end, state, limit);
                !keys.isEmpty();
                keys = table.before(end, state, limit)) {
            for (Key key : keys) {
                find(tenant, new RunId(key.name()))
                        .map(RunRecord::head)
                        .filter(head -> page.size() < limit && (state == null || head.state() == state))
                        .ifPresent(page::add);
            }
            if (page.size() == limit) {
                break;
            }
            end = keys.get(keys.size() - 1);
        }
        return List.copyOf(page);
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit) {
        return claim(holder, agents, lease, limit, Long.MAX_VALUE);
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        Runs.checkHolder(holder);
        Door.checkLimit(limit, MAX_CLAIM);
        door.check();
        Instant now = clock.instant();
        List<RunRecord> taken = new ArrayList<>();
        long room = maxBytes;
        for (Key key : table.due(agents, now, limit)) {
            RunEntry entry = table.find(key);
            if (entry != null) {
                synchronized (entry) {
                    RunRecord run = entry.record();
                    // Somebody may have been faster.
                    if (run != null
                            && run.head().due() != null
                            && !now.isBefore(run.head().due())) {
                        // Nobody pays for bytes whose number is of no interest.
                        room -= maxBytes == Long.MAX_VALUE ? 0 : size(run);
                        if (room < 0 && !taken.isEmpty()) {
                            break;
                        }
                        RunRecord after = Transitions.claimed(run, holder, now, now.plus(lease));
                        table.write(key, entry, after);
                        taken.add(after);
                    }
                }
            }
        }
        return List.copyOf(taken);
    }

    private static long size(RunRecord run) {
        Payload detail = run.detail();
        return run.input().bytes().length + (detail == null ? 0 : detail.bytes().length);
    }

    @Override
    public List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        Door.checkLimit(limit, MAX_CLAIM);
        door.check();
        Instant before = clock.instant().minus(time);
        List<RunHead> found = new ArrayList<>();
        Set<String> unwanted = Set.copyOf(except);
        List<String> wanted = table.agents().stream()
                .filter(agent -> !unwanted.contains(agent))
                .toList();
        for (Key key : table.due(wanted, before, limit)) {
            find(key.tenant(), new RunId(key.name()))
                    .map(RunRecord::head)
                    .filter(head -> head.due() != null && !before.isBefore(head.due()))
                    .ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, RunId id) {
        return find(tenant, id)
                .map(RunRecord::head)
                .filter(head -> head.holder() != null)
                .map(RunHead::due)
                .map(due -> Duration.between(clock.instant(), due))
                .filter(left -> !left.isZero() && !left.isNegative());
    }

    @Override
    public List<RunLease> renew(Collection<RunLease> held, Duration lease) {
        door.check();
        Instant until = clock.instant().plus(lease);
        return held.stream().filter(one -> !renewed(one, until)).toList();
    }

    private boolean renewed(RunLease lease, Instant until) {
        Key key = RunTable.key(lease.tenant(), lease.id());
        RunEntry entry = table.find(key);
        if (entry == null) {
            return false;
        }
        synchronized (entry) {
            RunRecord run = entry.record();
            if (run == null
                    || run.head().state().terminal()
                    || run.head().fence() != lease.fence()
                    || run.head().holder() == null) {
                return false;
            }
            table.write(key, entry, Transitions.renewed(run, until));
            return true;
        }
    }

    @Override
    public Optional<StepRecord> step(TenantId tenant, RunId id, String key) {
        return read(tenant, id, entry -> entry.step(key));
    }

    @Override
    public List<StepRecord> steps(TenantId tenant, RunId id, String after, int limit, long maxBytes) {
        Door.checkLimit(limit, MAX_PAGE);
        return read(tenant, id, entry -> entry.steps(after, limit, maxBytes)).orElse(List.of());
    }

    @Override
    public boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom) {
        return read(lease.tenant(), lease.id(), entry -> entry.retain(lease.fence(), events, keepFrom))
                .orElse(false);
    }

    @Override
    public List<StoredEvent> events(TenantId tenant, RunId id, long after, int limit, long maxBytes) {
        Door.checkLimit(limit, MAX_PAGE);
        return read(tenant, id, entry -> entry.events(after, limit, maxBytes)).orElse(List.of());
    }

    @Override
    public boolean delete(TenantId tenant, RunId id) {
        return find(tenant, id).isPresent() && table.drop(RunTable.key(tenant, id));
    }

    /** Asks a run that is there and still kept. */
    private <T> Optional<T> read(TenantId tenant, RunId id, Function<RunEntry, @Nullable T> question) {
        door.check();
        RunEntry entry = table.find(RunTable.key(tenant, id));
        if (entry == null) {
            return Optional.empty();
        }
        synchronized (entry) {
            Instant expires = entry.expires();
            boolean kept = entry.record() != null
                    && (expires == null || clock.instant().isBefore(expires));
            return kept ? Optional.ofNullable(question.apply(entry)) : Optional.empty();
        }
    }
}
