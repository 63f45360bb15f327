package org.copilotframework.storage.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;

/** Leases on runs. Each shard has a sorted set for each agent, of the runs that will want a worker and when. */
final class RunClaims {
    private final RedisLink link;
    private final Shards shards;

    RunClaims(RedisLink link, Shards shards) {
        this.link = link;
        this.shards = shards;
    }

    /**
     * Asks all shards at once for the longest due, then takes from those that have one, the longest due first. A shard that
     * cannot be reached keeps nobody from the others: what was taken is given, and only who gets nothing hears of it.
     */
    List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit, long maxBytes) {
        List<RunRecord> taken = new ArrayList<>();
        Failures failures = new Failures(link);
        for (String base : due(agents, failures)) {
            long room = maxBytes - taken.stream().mapToLong(RunClaims::size).sum();
            Arguments arguments = new Arguments()
                    .add(holder)
                    .addTime(lease)
                    .add(limit - taken.size())
                    .add(Math.min(Math.max(0, room), Arguments.MAX_CONTENT * 100L))
                    .add(taken.isEmpty());
            agents.forEach(arguments::add);
            failures.gather(() -> link.run(Script.CLAIM, base, arguments).lists().stream()
                    .map(run -> RunForm.record(new TenantId(run.text(0)), run.text(1), run.list(2)))
                    .forEach(taken::add));
            if (taken.size() == limit) {
                break;
            }
        }
        if (taken.isEmpty()) {
            failures.raise();
        }
        return taken;
    }

    private static long size(RunRecord run) {
        Payload detail = run.detail();
        return run.input().bytes().length + (detail == null ? 0 : detail.bytes().length);
    }

    /** Of each shard those that have been due longest; a shard that cannot be reached keeps nobody from the others. */
    List<RunHead> overdue(Duration time, Collection<String> except, int limit) {
        List<RunHead> found = new ArrayList<>();
        Failures failures = new Failures(link);
        shards.bases().forEach(base -> {
            Arguments arguments = new Arguments().addTime(time).add(limit);
            except.forEach(arguments::add);
            failures.gather(() -> link.run(Script.OVERDUE, base, arguments).lists().stream()
                    .map(run -> RunForm.head(new TenantId(run.text(0)), run.text(1), run.list(2)))
                    .forEach(found::add));
        });
        if (found.isEmpty()) {
            failures.raise();
        }
        return found.stream()
                .sorted(Comparator.comparing(RunHead::due, Comparator.nullsLast(Comparator.naturalOrder())))
                .limit(limit)
                .toList();
    }

    /** A shard, and since when its longest due run is due, or nothing. */
    private record Waiting(String base, Reply since) {}

    private List<String> due(Collection<String> agents, Failures failures) {
        List<String> bases = new ArrayList<>(shards.bases().toList());
        // Of shards that wait equally long, another one is first each time.
        Collections.shuffle(bases);
        return link
                .awaitAll(() ->
                        bases.stream().map(base -> peek(base, agents, failures)).toList())
                .stream()
                .filter(shard -> !shard.since().isEmpty())
                .sorted(Comparator.comparingLong(shard -> shard.since().number(0)))
                .map(Waiting::base)
                .toList();
    }

    private CompletableFuture<Waiting> peek(String base, Collection<String> agents, Failures failures) {
        Arguments arguments = new Arguments();
        agents.forEach(arguments::add);
        return failures.gather(link.send(Script.PEEK, base, arguments), new Reply(List.of()))
                .thenApply(since -> new Waiting(base, since));
    }

    /** Tries all shards before it says that one failed, so that no lease ends for another's sake. */
    List<RunLease> renew(Collection<RunLease> held, Duration lease) {
        Map<String, List<RunLease>> byShard = new LinkedHashMap<>();
        held.forEach(one -> byShard.computeIfAbsent(shards.base(one.tenant()), base -> new ArrayList<>())
                .add(one));
        List<RunLease> lost = new ArrayList<>();
        Failures failures = new Failures(link);
        byShard.forEach((base, leases) -> failures.gather(() -> lost.addAll(renew(base, leases, lease))));
        failures.raise();
        return lost;
    }

    private List<RunLease> renew(String base, List<RunLease> leases, Duration lease) {
        Arguments arguments = new Arguments().addTime(lease);
        leases.forEach(
                one -> arguments.add(one.tenant().value()).add(one.id().value()).add(one.fence()));
        Reply places = link.run(Script.RENEW, base, arguments);
        return IntStream.range(0, places.size())
                .mapToObj(i -> leases.get((int) places.number(i)))
                .toList();
    }
}
