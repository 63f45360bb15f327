package org.copilotframework.storage.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxRecord;

/** The outbox: a stream in each shard, whose ids are times, merged. */
final class RedisOutbox implements Outbox {
    private static final int REMOVED_AT_ONCE = 500;
    /** So many of each shard are looked at, without their content; all shards are asked at once. */
    private static final int PAGE = 64;

    private final RedisLink link;
    private final Shards shards;

    RedisOutbox(RedisLink link, Shards shards) {
        this.link = link;
        this.shards = shards;
    }

    @Override
    public List<OutboxRecord> read(int limit, long maxBytes) {
        return read(shard -> OutboxStream.BEGINNING, limit, maxBytes);
    }

    /** The order of all is by the id, and of equal ones by the shard. */
    @Override
    public List<OutboxRecord> readAfter(OutboxRecord after, int limit, long maxBytes) {
        OutboxStream.Id id = OutboxStream.Id.of(streamId(after));
        int own = Integer.parseInt(after.id().substring(0, after.id().indexOf('/')));
        return read(shard -> shard > own ? id.before() : id.toString(), limit, maxBytes);
    }

    private List<OutboxRecord> read(IntFunction<String> behind, int limit, long maxBytes) {
        Limits.check("limit", limit, MAX_PAGE);
        int page = Math.min(limit, PAGE);
        Failures failures = new Failures(link);
        List<OutboxStream> streams = link.awaitAll(() -> IntStream.range(0, shards.count())
                .mapToObj(shard -> new OutboxStream(link, shards.base(shard), shard, page, maxBytes))
                .map(stream -> failures.gather(stream.first(behind.apply(stream.shard())), stream))
                .toList());
        PriorityQueue<OutboxStream> waiting = new PriorityQueue<>(
                Comparator.comparing((OutboxStream stream) -> stream.since()).thenComparing(OutboxStream::shard));
        streams.stream().filter(OutboxStream::hasNext).forEach(waiting::add);
        take(waiting, limit, maxBytes, failures);
        List<OutboxRecord> read = link
                .awaitAll(() -> streams.stream()
                        .map(stream -> failures.gather(stream.fetch(), List.<OutboxRecord>of()))
                        .toList())
                .stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(OutboxStream::since))
                .toList();
        // Messages of shards that can be reached do not wait for the others.
        if (read.isEmpty()) {
            failures.raise();
        }
        return read;
    }

    /** Those that wait longest, of all shards, as many as there is room for. */
    private static void take(PriorityQueue<OutboxStream> waiting, int limit, long maxBytes, Failures failures) {
        long room = maxBytes;
        for (int taken = 0; taken < limit && !waiting.isEmpty(); taken++) {
            OutboxStream longest = waiting.remove();
            room -= longest.bytes();
            if (room < 0 && taken > 0) {
                return;
            }
            longest.take();
            failures.gather(longest::turn);
            if (longest.hasNext()) {
                waiting.add(longest);
            }
        }
    }

    @Override
    public void remove(Collection<OutboxRecord> published) {
        Map<String, List<OutboxRecord>> byShard = new LinkedHashMap<>();
        published.forEach(record -> byShard.computeIfAbsent(shards.base(record.tenant()), base -> new ArrayList<>())
                .add(record));
        byShard.forEach((base, records) -> {
            for (int from = 0; from < records.size(); from += REMOVED_AT_ONCE) {
                Arguments arguments = new Arguments();
                records.subList(from, Math.min(records.size(), from + REMOVED_AT_ONCE))
                        .forEach(
                                record -> arguments.add(record.tenant().value()).add(streamId(record)));
                link.run(Script.REMOVE_MESSAGES, base, arguments);
            }
        });
    }

    /** The id in the stream: the record's id without the shard's number. */
    private static String streamId(OutboxRecord record) {
        int slash = record.id().indexOf('/');
        if (!record.id().matches("[0-9]+/[0-9]+-[0-9]+")) {
            throw new InvalidRequestException("'" + record.id() + "' is no id that this outbox gave");
        }
        return record.id().substring(slash + 1);
    }
}
