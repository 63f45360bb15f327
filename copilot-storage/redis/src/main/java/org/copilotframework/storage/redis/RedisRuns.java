package org.copilotframework.storage.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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

/** Runs: a hash for each, one for its steps with a sorted set of their keys, a sorted set of its
 * events; sorted sets of ids by tenant and state. */
final class RedisRuns implements Runs {
    private static final int MAX_CLAIM = 100;

    private final RedisLink link;
    private final Shards shards;
    private final RunClaims claims;

    RedisRuns(RedisLink link, Shards shards) {
        this.link = link;
        this.shards = shards;
        this.claims = new RunClaims(link, shards);
    }

    @Override
    public Optional<RunRecord> find(TenantId tenant, RunId id) {
        String key = shards.base(tenant) + "r:" + tenant + ":" + id;
        Reply run = Reply.of(link.ask(commands -> commands.hmget(key, RunForm.FIELDS)));
        return run.has(0) ? Optional.of(RunForm.record(tenant, id.value(), run)) : Optional.empty();
    }

    @Override
    public List<RunHead> list(TenantId tenant, @Nullable RunState state, @Nullable RunId before, int limit) {
        Limits.check("limit", limit, MAX_PAGE);
        List<RunHead> found = new ArrayList<>();
        String greatest = before == null ? "+" : "(" + before;
        while (greatest != null && found.size() < limit) {
            Arguments arguments = new Arguments()
                    .add(tenant.value())
                    .addOrNone(state == null ? null : state.name())
                    .add(greatest)
                    .add(limit - found.size());
            Reply page = link.run(Script.RUNS, shards.base(tenant), arguments);
            page.list(1).lists().forEach(run -> found.add(RunForm.head(tenant, run.text(0), run.list(1))));
            greatest = page.textOrNull(0);
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
        Limits.check("limit", limit, MAX_CLAIM);
        return agents.isEmpty() ? List.of() : claims.claim(holder, agents, lease, limit, maxBytes);
    }

    @Override
    public List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        Limits.check("limit", limit, MAX_CLAIM);
        return claims.overdue(time, except, limit);
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, RunId id) {
        Arguments run = new Arguments().add(tenant.value()).add(id.value());
        Reply left = link.run(Script.REMAINING, shards.base(tenant), run);
        return left.isEmpty() ? Optional.empty() : Optional.of(Duration.ofMillis(left.number(0)));
    }

    @Override
    public List<RunLease> renew(Collection<RunLease> held, Duration lease) {
        return claims.renew(held, lease);
    }

    @Override
    public Optional<StepRecord> step(TenantId tenant, RunId id, String key) {
        String steps = shards.base(tenant) + "p:" + tenant + ":" + id;
        byte[] step = link.ask(commands -> commands.hget(steps, key));
        if (step == null) {
            return Optional.empty();
        }
        return Optional.of(step(key, step));
    }

    /** Nothing, or the result after a sign that there is one. */
    private static StepRecord step(String key, byte[] stored) {
        Payload result = stored.length == 0 ? null : Payload.of(Arrays.copyOfRange(stored, 1, stored.length));
        return new StepRecord(key, result);
    }

    @Override
    public List<StepRecord> steps(TenantId tenant, RunId id, String after, int limit, long maxBytes) {
        Limits.check("limit", limit, MAX_PAGE);
        Arguments arguments = new Arguments()
                .add(tenant.value())
                .add(id.value())
                .add(after.isEmpty() ? "-" : "(" + after)
                .add(limit)
                .add(maxBytes);
        return link.run(Script.STEPS, shards.base(tenant), arguments).lists().stream()
                .map(step -> step(step.text(0), step.bytes(1)))
                .toList();
    }

    @Override
    public boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom) {
        if (!events.isEmpty()) {
            Limits.check("events", events.size(), MAX_PAGE);
        }
        Arguments arguments = new Arguments()
                .add(lease.tenant().value())
                .add(lease.id().value())
                .add(lease.fence())
                .add(keepFrom);
        events.forEach(
                event -> arguments.add(event.position()).add(event.content().bytes()));
        return link.run(Script.RETAIN, shards.base(lease.tenant()), arguments).number(0) == 1;
    }

    @Override
    public List<StoredEvent> events(TenantId tenant, RunId id, long after, int limit, long maxBytes) {
        Limits.check("limit", limit, MAX_PAGE);
        Arguments arguments = new Arguments()
                .add(tenant.value())
                .add(id.value())
                .add(after)
                .add(limit)
                .add(maxBytes);
        Reply found = link.run(Script.EVENTS, shards.base(tenant), arguments);
        List<StoredEvent> events = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            events.add(event(found.bytes(i)));
        }
        return events;
    }

    @Override
    public boolean delete(TenantId tenant, RunId id) {
        Arguments arguments = new Arguments().add(tenant.value()).add(id.value());
        return link.run(Script.DELETE_RUN, shards.base(tenant), arguments).number(0) > 0;
    }

    /** Its position, a space, its content. */
    private static StoredEvent event(byte[] stored) {
        int space = 0;
        long position = 0;
        while (stored[space] != ' ') {
            position = position * 10 + stored[space++] - '0';
        }
        return new StoredEvent(position, Payload.of(Arrays.copyOfRange(stored, space + 1, stored.length)));
    }
}
