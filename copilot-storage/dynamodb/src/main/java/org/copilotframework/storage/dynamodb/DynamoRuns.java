package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
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
import software.amazon.awssdk.core.SdkBytes;

/** Reads runs; who takes them is the matter of {@link Claims}, what they said that of {@link Events}. */
final class DynamoRuns implements Runs {
    private static final Comparator<Item> LATEST =
            Comparator.comparing((Item item) -> item.text(RunItems.ID)).reversed();

    /** After so many, a run without its input is one that is being deleted. */
    private static final int MOST_ATTEMPTS = 4;

    private static final int MAX_CLAIM = 100;

    private final Backend backend;
    private final Claims claims;
    private final Renewals renewals;
    private final Overdue overdue;
    private final Events events;
    private final RunRemoval removal;

    /** The second clock is monotonic, as {@link System#nanoTime()} is. */
    DynamoRuns(Backend backend, InstantSource clock, LongSupplier nanoTime, RunRemoval removal) {
        this.backend = backend;
        this.claims = new Claims(backend, clock, new HeldRuns(nanoTime));
        this.renewals = new Renewals(backend, clock);
        this.overdue = new Overdue(backend, clock);
        this.removal = removal;
        this.events = new Events(backend);
    }

    @Override
    public Optional<RunRecord> find(TenantId tenant, RunId id) {
        return find(backend.work(), Keys.run(tenant, id));
    }

    /** Reads a run; a query in the middle of a transaction may see a detail that is not the head's, and is made anew. */
    static Optional<RunRecord> find(Work work, String partition) {
        for (int attempt = 1; ; attempt++) {
            Item head = null;
            Item input = null;
            Item detail = null;
            Iterator<Item> items = work.query(Query.between(partition, Keys.DETAIL, Keys.INPUT));
            while (items.hasNext()) {
                Item item = items.next();
                switch (item.bytes(TableDesign.SORT).asUtf8String()) {
                    case Keys.RUN -> head = item;
                    case Keys.INPUT -> input = item;
                    default -> detail = item;
                }
            }
            if (head == null || (input == null && attempt == MOST_ATTEMPTS)) {
                return Optional.empty();
            } else if (input != null
                    && head.number(RunItems.LEFT, 0) == (detail == null ? 0 : detail.number(RunItems.LEFT))) {
                byte[] in = Parts.read(work, input);
                byte[] left = detail == null ? null : Parts.read(work, detail);
                if (in != null && (detail == null || left != null)) {
                    return Optional.of(RunItems.record(head, in, left));
                }
            }
            work.pause();
        }
    }

    @Override
    public List<RunHead> list(TenantId tenant, @Nullable RunState state, @Nullable RunId before, int limit) {
        Limits.check(limit, MAX_PAGE);
        Work work = backend.work();
        int page = Math.max(10, limit / 4);
        Iterator<Item> listed = state == null
                ? Merge.shards(Merge.SORT.reversed(), shard -> {
                    String partition = Keys.runs(tenant, shard);
                    Query query = before == null
                            ? Query.all(partition)
                            : Query.before(partition, SdkBytes.fromUtf8String(before.value()));
                    return work.query(query.backwards().pages(page));
                })
                : Merge.shards(LATEST, shard -> {
                    String partition = RunItems.states(tenant, state, shard);
                    Query query = before == null
                            ? Query.index(TableDesign.STATES, partition)
                            : Query.indexBefore(TableDesign.STATES, partition, before.value());
                    return work.query(query.backwards().pages(page));
                });
        List<RunHead> found = new ArrayList<>();
        while (found.size() < limit && listed.hasNext()) {
            List<Key> keys = new ArrayList<>();
            while (keys.size() < limit - found.size() && listed.hasNext()) {
                Item item = listed.next();
                keys.add(
                        state == null
                                ? Keys.runHead(
                                        tenant,
                                        new RunId(item.bytes(TableDesign.SORT).asUtf8String()))
                                : item.key());
            }
            Map<Key, Item> heads = work.get(keys);
            for (Key key : keys) {
                Item head = heads.get(key);
                if (head != null && (state == null || RunItems.state(head) == state)) {
                    found.add(RunItems.head(head));
                }
            }
        }
        return found;
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit) {
        return claim(holder, agents, lease, limit, Long.MAX_VALUE);
    }

    @Override
    public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        Runs.checkHolder(holder);
        Limits.check(limit, MAX_CLAIM);
        return agents.isEmpty() ? List.of() : claims.claim(holder, agents, lease, limit, maxBytes);
    }

    @Override
    public List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        Limits.check(limit, MAX_CLAIM);
        return overdue.heads(time, except, limit);
    }

    /** When a lease began nobody can tell without a clock that all share; so it is all of the lease. */
    @Override
    public Optional<Duration> remaining(TenantId tenant, RunId id) {
        return backend.work()
                .get(Keys.runHead(tenant, id))
                .filter(head -> head.has(RunItems.HOLDER) && head.has(RunItems.LEASE))
                .map(head -> Duration.ofMillis(head.number(RunItems.LEASE)))
                .filter(lease -> !lease.isZero());
    }

    @Override
    public List<RunLease> renew(Collection<RunLease> held, Duration lease) {
        return renewals.renew(held, lease);
    }

    @Override
    public Optional<StepRecord> step(TenantId tenant, RunId id, String key) {
        Work work = backend.work();
        while (true) {
            Item item = work.get(Keys.step(tenant, id, key)).orElse(null);
            if (item == null) {
                return Optional.empty();
            } else if (!item.has(RunWrites.DONE)) {
                return Optional.of(new StepRecord(key, null));
            }
            byte[] result = Parts.read(work, item);
            if (result != null) {
                return Optional.of(new StepRecord(key, Payload.of(result)));
            }
            work.pause();
        }
    }

    @Override
    public List<StepRecord> steps(TenantId tenant, RunId id, String after, int limit, long maxBytes) {
        Limits.check(limit, MAX_PAGE);
        Work work = backend.work();
        Iterator<Item> items = work.query(Query.between(Keys.run(tenant, id), Keys.STEP + after, Keys.BEHIND_STEPS)
                .pages(limit + 1));
        List<StepRecord> page = new ArrayList<>();
        long room = maxBytes;
        while (page.size() < limit && items.hasNext()) {
            Item item = items.next();
            String key = item.text(RunWrites.STEP_KEY);
            if (!key.equals(after)) {
                room -= item.has(RunWrites.DONE) ? Parts.length(item) : 0;
                if (room < 0 && !page.isEmpty()) {
                    break;
                }
                step(tenant, id, key).ifPresent(page::add);
            }
        }
        return page;
    }

    @Override
    public boolean delete(TenantId tenant, RunId id) {
        return removal.delete(backend.longWork(), tenant, id);
    }

    @Override
    public boolean retain(RunLease lease, List<StoredEvent> toRetain, long keepFrom) {
        return events.retain(lease, toRetain, keepFrom);
    }

    @Override
    public List<StoredEvent> events(TenantId tenant, RunId id, long after, int limit, long maxBytes) {
        Limits.check(limit, MAX_PAGE);
        return events.read(tenant, id, after, limit, maxBytes);
    }
}
