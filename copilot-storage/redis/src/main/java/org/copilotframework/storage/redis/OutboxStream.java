package org.copilotframework.storage.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Payload;

/** Reads the messages of one shard, page by page. Not safe for use by several threads. */
final class OutboxStream {
    /** The id of a message in its stream: a time in milliseconds, and a number within it. */
    record Id(long time, long number) implements Comparable<Id> {
        static Id of(String text) {
            int dash = text.indexOf('-');
            return new Id(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
        }

        @Override
        public int compareTo(Id other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final RedisLink link;
    private final String stream;
    private final int shard;
    private final int pageSize;
    private final Deque<StreamMessage<String, byte[]>> page = new ArrayDeque<>();
    private boolean more;
    private String last = "";

    OutboxStream(RedisLink link, String base, int shard, int pageSize) {
        this.link = link;
        this.stream = base + "ox";
        this.shard = shard;
        this.pageSize = pageSize;
    }

    /** Asks for the first page, from an id on, and does not wait for it. */
    CompletableFuture<OutboxStream> first(String from) {
        return ask(from).thenApply(found -> {
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
        return Id.of(page.element().getId());
    }

    OutboxRecord next() {
        StreamMessage<String, byte[]> first = page.remove();
        last = first.getId();
        OutboxMessage message = new OutboxMessage(text(first, "p"), text(first, "k"), Payload.of(field(first, "c")));
        return new OutboxRecord(new TenantId(text(first, "t")), shard + "/" + first.getId(), message);
    }

    /** Reads the next page if this one is at its end. */
    void turn() {
        if (page.isEmpty() && more) {
            Id id = Id.of(last);
            take(link.await(() -> ask(id.time() + "-" + (id.number() + 1))));
        }
    }

    private CompletableFuture<List<StreamMessage<String, byte[]>>> ask(String from) {
        return link.commands()
                .xrange(stream, Range.create(from, "+"), Limit.from(pageSize))
                .toCompletableFuture();
    }

    private void take(List<StreamMessage<String, byte[]>> found) {
        page.addAll(found);
        more = found.size() == pageSize;
    }

    private static String text(StreamMessage<String, byte[]> message, String name) {
        return new String(field(message, name), StandardCharsets.UTF_8);
    }

    private static byte[] field(StreamMessage<String, byte[]> message, String name) {
        return Objects.requireNonNull(message.getBody().get(name), name);
    }
}
