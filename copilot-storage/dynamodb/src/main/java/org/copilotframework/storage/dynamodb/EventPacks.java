package org.copilotframework.storage.dynamodb;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.StoredEvent;

/** The form of several events in one item, and which of them go into one. Asks nobody. */
final class EventPacks {
    private static final int MOST = 256 * 1024;

    private EventPacks() {}

    /** What is not there yet, in packs between which nothing is there. */
    static List<List<StoredEvent>> of(List<StoredEvent> events, Set<Long> there) {
        List<List<StoredEvent>> packs = new ArrayList<>();
        List<StoredEvent> open = new ArrayList<>();
        long bytes = 0;
        long last = Long.MIN_VALUE;
        for (StoredEvent event : events) {
            int size = event.content().bytes().length;
            boolean present = there.contains(event.position());
            if (!open.isEmpty() && (present || bytes + size > MOST)) {
                packs.add(open);
                open = new ArrayList<>();
                bytes = 0;
            }
            if (!present && event.position() != last) {
                open.add(event);
                bytes += size;
                last = event.position();
            }
        }
        if (!open.isEmpty()) {
            packs.add(open);
        }
        return packs;
    }

    static byte[] bytes(List<StoredEvent> events) {
        int size = events.stream()
                .mapToInt(event -> 12 + event.content().bytes().length)
                .sum();
        ByteBuffer packed = ByteBuffer.allocate(size);
        for (StoredEvent event : events) {
            byte[] content = event.content().bytes();
            packed.putLong(event.position()).putInt(content.length).put(content);
        }
        return packed.array();
    }

    static List<StoredEvent> read(byte[] packed) {
        List<StoredEvent> events = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(packed);
        while (buffer.hasRemaining()) {
            long position = buffer.getLong();
            byte[] content = new byte[buffer.getInt()];
            buffer.get(content);
            events.add(new StoredEvent(position, Payload.of(content)));
        }
        return events;
    }
}
