package org.copilotframework.storage.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.jspecify.annotations.Nullable;

/** The outbox: a stream in each shard, whose ids are times, merged. */
final class RedisOutbox implements Outbox {
    private static final int REMOVED_AT_ONCE = 500;
    /** Of each shard, all asked for at once. A stream is not read by bytes, so a page is small. */
    private static final int PAGE = 16;

    private final RedisLink link;
    private final Shards shards;

    RedisOutbox(RedisLink link, Shards shards) {
        this.link = link;
        this.shards = shards;
    }

    @Override
    public List<OutboxRecord> read(int limit, long maxBytes) {
        return read(null, limit, maxBytes);
    }

    @Override
    public List<OutboxRecord> readAfter(OutboxRecord after, int limit, long maxBytes) {
        OutboxStream.Id id = OutboxStream.Id.of(streamId(after));
        int shard = Integer.parseInt(after.id().substring(0, after.id().indexOf('/')));
        return read(new Place(id, shard), limit, maxBytes);
    }

    /** A message in the order of all: by its time, and of equal ones by its shard. */
    private record Place(OutboxStream.Id id, int shard) {
        /** Where the messages of a shard begin that come behind. */
        String behind(int other) {
            return id.time() + "-" + (other > shard ? id.number() : id.number() + 1);
        }
    }

    private List<OutboxRecord> read(@Nullable Place after, int limit, long maxBytes) {
        Limits.check("limit", limit, MAX_PAGE);
        int page = Math.min(limit, PAGE);
        Failures failures = new Failures(link);
        List<OutboxStream> streams = link.awaitAll(() -> IntStream.range(0, shards.count())
                .mapToObj(shard -> new OutboxStream(link, shards.base(shard), shard, page))
                .map(stream ->
                        failures.gather(stream.first(after == null ? "-" : after.behind(stream.shard())), stream))
                .toList());
        PriorityQueue<OutboxStream> waiting =
                new PriorityQueue<>(Comparator.comparing(OutboxStream::since).thenComparing(OutboxStream::shard));
        streams.stream().filter(OutboxStream::hasNext).forEach(waiting::add);
        List<OutboxRecord> read = new ArrayList<>();
        long room = maxBytes;
        while (read.size() < limit && !waiting.isEmpty()) {
            OutboxStream longest = waiting.remove();
            OutboxRecord next = longest.next();
            room -= next.message().content().bytes().length;
            if (room < 0 && !read.isEmpty()) {
                break;
            }
            read.add(next);
            failures.gather(longest::turn);
            if (longest.hasNext()) {
                waiting.add(longest);
            }
        }
        // Messages of shards that can be reached do not wait for the others.
        if (read.isEmpty()) {
            failures.raise();
        }
        return read;
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
