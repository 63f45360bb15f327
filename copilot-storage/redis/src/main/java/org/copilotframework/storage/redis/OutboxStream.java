package org.copilotframework.storage.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Payload;

/**
 * The messages of one shard: first their ids and sizes, page by page, and then the content of those that were taken. Not safe
 * for use by several threads.
 */
final class OutboxStream {
    /** The id of a message in its stream: a time in milliseconds, and a number within it. */
    record Id(long time, long number) implements Comparable<Id> {
        static Id of(String text) {
            int dash = text.indexOf('-');
            return new Id(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
        }

        /** The greatest id before this one. */
        String before() {
            return number > 0 ? time + "-" + (number - 1) : time - 1 + LAST_NUMBER;
        }

        @Override
        public String toString() {
            return time + "-" + number;
        }

        @Override
        public int compareTo(Id other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** A message that waits, and how many bytes its content has. */
    private record Waiting(String id, long bytes) {}

    static final String BEGINNING = "0-0";
    /** The greatest number within a millisecond. */
    private static final String LAST_NUMBER = "-18446744073709551615";
    /** As good as all; a script knows numbers up to 2^53. */
    private static final long MOST_BYTES = 1L << 52;

    private final RedisLink link;
    private final String base;
    private final int shard;
    private final int pageSize;
    private final long maxBytes;
    private final Deque<Waiting> page = new ArrayDeque<>();
    private final List<String> taken = new ArrayList<>();
    private boolean more;

    /** So many messages, or bytes of content, are looked for at once. */
    OutboxStream(RedisLink link, String base, int shard, int pageSize, long maxBytes) {
        this.link = link;
        this.base = base;
        this.shard = shard;
        this.pageSize = pageSize;
        this.maxBytes = maxBytes;
    }

    /** Asks for the first page behind an id and does not wait for it. */
    CompletableFuture<OutboxStream> first(String after) {
        return ask(after).thenApply(found -> {
            take(found);
            return this;
        });
    }

    int shard() {
        return shard;
    }

    boolean hasNext() {
        return !page.isEmpty();
    }

    Id since() {
        return Id.of(page.element().id());
    }

    /** How many bytes the content of the first one has. */
    long bytes() {
        return page.element().bytes();
    }

    /** Takes the first one: its content is wanted. */
    void take() {
        taken.add(page.remove().id());
    }

    /** Looks for the next page if this one is at its end. */
    void turn() {
        if (page.isEmpty() && more) {
            take(link.await(() -> ask(taken.get(taken.size() - 1))));
        }
    }

    private CompletableFuture<Reply> ask(String after) {
        return link.send(
                Script.MESSAGES, base, new Arguments().add(after).add(pageSize).add(Math.min(maxBytes, MOST_BYTES)));
    }

    private void take(Reply found) {
        found.lists().forEach(message -> page.add(new Waiting(message.text(0), message.number(1))));
        more = found.size() == pageSize;
    }

    /** Fetches the messages that were taken. They follow each other, and none comes between them later. */
    CompletableFuture<List<OutboxRecord>> fetch() {
        if (taken.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return link.commands()
                .xrange(base + "ox", Range.create(taken.get(0), taken.get(taken.size() - 1)), Limit.from(taken.size()))
                .toCompletableFuture()
                .thenApply(messages -> messages.stream().map(this::record).toList());
    }

    private OutboxRecord record(StreamMessage<String, byte[]> message) {
        OutboxMessage content =
                new OutboxMessage(text(message, "p"), text(message, "k"), Payload.of(field(message, "c")));
        return new OutboxRecord(new TenantId(text(message, "t")), shard + "/" + message.getId(), content);
    }

    private static String text(StreamMessage<String, byte[]> message, String name) {
        return new String(field(message, name), StandardCharsets.UTF_8);
    }

    private static byte[] field(StreamMessage<String, byte[]> message, String name) {
        return Objects.requireNonNull(message.getBody().get(name), name);
    }

    /** Where a record stands among those of other shards. */
    static Id since(OutboxRecord record) {
        return Id.of(record.id().substring(record.id().indexOf('/') + 1));
    }
}
