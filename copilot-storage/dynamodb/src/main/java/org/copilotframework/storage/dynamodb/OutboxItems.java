package org.copilotframework.storage.dynamodb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;

/**
 * Messages in the table. The messages of one commit that go into the same shard are one item. Their order is told by a stamp:
 * the time, but always after the last stamp of the same tenant and key, which an item of its own keeps. So the order is right
 * whatever the clocks of the machines say.
 */
final class OutboxItems {
    static final String TENANT = "tenant";
    /** How many messages were in it. */
    static final String MESSAGES = "messages";
    /** Which of them were removed. */
    static final String REMOVED = "removed";

    private static final String STAMP = "stamp";
    private static final Duration CLOCK_KEPT = Duration.ofDays(7);

    private OutboxItems() {}

    static List<Key> clocks(TenantId tenant, List<OutboxMessage> messages) {
        return messages.stream()
                .map(message -> Keys.clock(tenant, message.key()))
                .distinct()
                .toList();
    }

    static void plan(Writes writes, TenantId tenant, List<OutboxMessage> messages, Map<Key, Item> found, Instant now) {
        Map<Integer, List<OutboxMessage>> shards = new TreeMap<>();
        for (OutboxMessage message : messages) {
            shards.computeIfAbsent(Keys.shard(tenant + "/" + message.key()), shard -> new ArrayList<>())
                    .add(message);
        }
        shards.forEach((shard, packed) -> {
            long stamp = Times.millis(now) * 1000;
            List<Key> clocks = clocks(tenant, packed);
            for (Key clock : clocks) {
                Item last = found.get(clock);
                stamp = Math.max(stamp, last == null ? 0 : last.number(STAMP) + 1);
            }
            for (Key clock : clocks) {
                Item last = found.get(clock);
                writes.put(
                        Item.at(clock)
                                .with(STAMP, stamp)
                                .with(TableDesign.EXPIRY, Times.seconds(Times.millis(now.plus(CLOCK_KEPT)))),
                        last == null
                                ? Expression.of("attribute_not_exists(#pk)")
                                : Expression.of("#stamp = :stamp", ":stamp", last.number(STAMP)));
            }
            String unique = UUID.randomUUID().toString().substring(0, 8);
            Item item = Item.at(Key.of(Keys.outbox(shard), Keys.digits(stamp) + "/" + unique))
                    .with(TENANT, tenant.value())
                    .with(MESSAGES, (long) packed.size());
            Parts.write(writes, tenant, item, pack(packed), null);
            writes.put(item);
        });
    }

    private static byte[] pack(List<OutboxMessage> messages) {
        List<byte[]> pieces = new ArrayList<>();
        for (OutboxMessage message : messages) {
            pieces.add(message.topic().getBytes(StandardCharsets.UTF_8));
            pieces.add(message.key().getBytes(StandardCharsets.UTF_8));
            pieces.add(message.content().bytes());
        }
        ByteBuffer packed = ByteBuffer.allocate(
                pieces.stream().mapToInt(piece -> 4 + piece.length).reduce(0, Math::addExact));
        pieces.forEach(piece -> packed.putInt(piece.length).put(piece));
        return packed.array();
    }

    static List<OutboxMessage> unpack(byte[] packed) {
        List<OutboxMessage> messages = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(packed);
        while (buffer.hasRemaining()) {
            String topic = new String(next(buffer), StandardCharsets.UTF_8);
            String key = new String(next(buffer), StandardCharsets.UTF_8);
            messages.add(new OutboxMessage(topic, key, Payload.of(next(buffer))));
        }
        return messages;
    }

    private static byte[] next(ByteBuffer buffer) {
        byte[] piece = new byte[buffer.getInt()];
        buffer.get(piece);
        return piece;
    }
}
