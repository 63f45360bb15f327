package org.copilotframework.storage.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StoredTurn;

/**
 * How a turn is stored: the id after its length (1 byte), the agent after its length (2 bytes), seconds (8 bytes) and
 * nanoseconds (4 bytes) of its time, the content. The scripts know this form too.
 */
final class TurnForm {
    private TurnForm() {}

    /** What the stored form of a turn of this id begins with. */
    static byte[] head(String id) {
        byte[] text = id.getBytes(StandardCharsets.UTF_8);
        if (text.length > 255) {
            throw new InvalidRequestException("a turn's id has 1 to 80 ASCII characters; this one has " + id.length());
        }
        byte[] head = new byte[1 + text.length];
        head[0] = (byte) text.length;
        System.arraycopy(text, 0, head, 1, text.length);
        return head;
    }

    static byte[] write(StoredTurn turn) {
        byte[] head = head(turn.id());
        byte[] agent = turn.agent().getBytes(StandardCharsets.UTF_8);
        byte[] content = turn.content().bytes();
        if (agent.length > 0xFFFF) {
            throw new InvalidRequestException("an agent's name has at most 65535 bytes; this has " + agent.length);
        }
        return ByteBuffer.allocate(head.length + 2 + agent.length + 12 + content.length)
                .put(head)
                .putShort((short) agent.length)
                .put(agent)
                .putLong(turn.time().getEpochSecond())
                .putInt(turn.time().getNano())
                .put(content)
                .array();
    }

    static StoredTurn read(byte[] stored, long version) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        String id = text(in, Byte.toUnsignedInt(in.get()));
        String agent = text(in, Short.toUnsignedInt(in.getShort()));
        Instant time = Instant.ofEpochSecond(in.getLong(), in.getInt());
        Payload content = Payload.of(Arrays.copyOfRange(stored, in.position(), stored.length));
        return new StoredTurn(id, version, time, agent, content);
    }

    private static String text(ByteBuffer in, int length) {
        byte[] text = new byte[length];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
