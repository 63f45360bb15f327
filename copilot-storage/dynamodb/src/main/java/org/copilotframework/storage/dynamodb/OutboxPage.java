package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What one read of the outbox gives: so many messages, and so many bytes of content, but at least one message. */
final class OutboxPage {
    private final int limit;
    private final List<OutboxRecord> messages = new ArrayList<>();
    private long room;
    private final String behind;
    private final int number;
    private boolean open = true;

    /** A page of what comes behind a message of a pack. */
    OutboxPage(String behind, int number, int limit, long maxBytes) {
        this.behind = behind;
        this.number = number;
        this.limit = limit;
        this.room = maxBytes;
    }

    /** Whether a further message may be taken. */
    boolean isOpen() {
        return open;
    }

    /** For so many bytes of content there is room yet. */
    long room() {
        return room;
    }

    List<OutboxRecord> messages() {
        return List.copyOf(messages);
    }

    /** Adds the messages of a pack that were not removed, as many as there is room for. */
    void add(Work work, Item pack) {
        byte[] content = open ? Parts.read(work, pack) : null;
        if (content == null) {
            return;
        }
        List<OutboxMessage> packed = OutboxItems.unpack(content);
        AttributeValue removed = pack.get(OutboxItems.REMOVED);
        int first = pack.bytes(TableDesign.SORT).asUtf8String().equals(behind) ? number + 1 : 0;
        for (int i = 0; i < packed.size() && open; i++) {
            if (i >= first && (removed == null || !removed.ns().contains(Integer.toString(i)))) {
                add(pack, i, packed.get(i));
            }
        }
    }

    private void add(Item pack, int number, OutboxMessage message) {
        room -= message.content().bytes().length;
        if (room < 0 && !messages.isEmpty()) {
            open = false;
            return;
        }
        String partition = pack.text(TableDesign.PARTITION);
        messages.add(new OutboxRecord(
                new TenantId(pack.text(OutboxItems.TENANT)),
                partition.substring(partition.indexOf('/') + 1) + "/"
                        + pack.bytes(TableDesign.SORT).asUtf8String() + "/" + number,
                message));
        open = room >= 0 && messages.size() < limit;
    }
}
