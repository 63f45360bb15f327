package org.copilotframework.storage.dynamodb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A session in the table: an item for its head, one for each turn, and one for the entries of state that one commit wrote. The
 * head says in which of these each entry is now, so an item of state never changes, and is deleted when no entry is in it.
 */
final class SessionItems {
    static final String VERSION = "version";
    static final String FIRST = "first";
    static final String CHANGED = "changed";
    static final String LAST_TURN = "turn";
    /** Another one for each session of this name that ever was. */
    static final String LIFE = "life";
    /** There while the session is being deleted: for all others it is gone. */
    static final String DELETED = "deleted";
    /** Of each entry of state, the version of the commit that wrote it. */
    static final String ENTRIES = "entries";
    /** Items of state in which no entry is any more, and that are still to be deleted. */
    static final String DEAD = "dead";
    /** Of items of state with further parts, where these are. */
    static final String LARGE_STATE = "largeState";
    /** The last turn that has further parts. */
    static final String LARGE_TURN = "largeTurn";

    private static final String TURN_ID = "id";
    private static final String TIME = "time";
    private static final String AGENT = "agent";

    private SessionItems() {}

    static boolean live(@Nullable Item head) {
        return head != null && !head.has(DELETED);
    }

    static SessionHead head(SessionId id, Item head, Map<String, Payload> state) {
        return new SessionHead(id, head.number(VERSION), head.number(FIRST), head.time(CHANGED), state);
    }

    /** As the turn is stored: to the millisecond. */
    static StoredTurn stored(StoredTurn turn) {
        return new StoredTurn(
                turn.id(),
                turn.version(),
                Instant.ofEpochMilli(Times.millis(turn.time())),
                turn.agent(),
                turn.content());
    }

    static Item turn(Key key, StoredTurn turn, String life) {
        return Item.at(key)
                .with(VERSION, turn.version())
                .with(TURN_ID, turn.id())
                .with(TIME, turn.time())
                .with(AGENT, turn.agent())
                .with(LIFE, life);
    }

    static StoredTurn turn(Item item, byte[] content) {
        return new StoredTurn(
                item.text(TURN_ID), item.number(VERSION), item.time(TIME), item.text(AGENT), Payload.of(content));
    }

    static String turnId(Item turn) {
        return turn.text(TURN_ID);
    }

    static Map<String, Long> entries(Item head) {
        Map<String, Long> entries = new HashMap<>();
        AttributeValue value = head.get(ENTRIES);
        if (value != null) {
            value.m().forEach((key, version) -> entries.put(key, Long.valueOf(version.n())));
        }
        return entries;
    }

    static AttributeValue entries(Map<String, Long> entries) {
        Map<String, AttributeValue> value = new HashMap<>();
        entries.forEach((key, version) -> value.put(key, AttributeValue.fromN(version.toString())));
        return AttributeValue.fromM(value);
    }

    /** The entries that one commit wrote, as content. */
    static byte[] pack(Map<String, Payload> written) {
        Map<byte[], byte[]> raw = new LinkedHashMap<>();
        int size = 0;
        for (Map.Entry<String, Payload> entry : written.entrySet()) {
            byte[] key = entry.getKey().getBytes(StandardCharsets.UTF_8);
            byte[] value = entry.getValue().bytes();
            raw.put(key, value);
            size = Math.addExact(size, 8 + key.length + value.length);
        }
        ByteBuffer packed = ByteBuffer.allocate(size);
        raw.forEach((key, value) ->
                packed.putInt(key.length).put(key).putInt(value.length).put(value));
        return packed.array();
    }

    static Map<String, Payload> unpack(byte[] packed) {
        Map<String, Payload> entries = new HashMap<>();
        ByteBuffer buffer = ByteBuffer.wrap(packed);
        while (buffer.hasRemaining()) {
            byte[] key = new byte[buffer.getInt()];
            buffer.get(key);
            byte[] value = new byte[buffer.getInt()];
            buffer.get(value);
            entries.put(new String(key, StandardCharsets.UTF_8), Payload.of(value));
        }
        return entries;
    }
}
