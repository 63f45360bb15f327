package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.copilotframework.api.caller.TenantId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Content of any size. An item holds 400 KB, so what is larger goes on in further items, in a partition of its own that is
 * never written twice: whoever reads either finds all of it or knows that it was replaced.
 */
final class Parts {
    /** Leaves 16 KB of an item for everything else. */
    static final int PIECE = 384 * 1024;

    static final String CONTENT = "content";
    private static final String BYTES = "bytes";
    private static final String WHERE = "parts";
    private static final String COUNT = "pieces";
    /** What must be read of an item to delete it with all its content. */
    static final String REFERENCE = "#pk, #sk, #" + WHERE + ", #" + COUNT;

    private Parts() {}

    /** Adds content to an item; the item itself is left to the caller. */
    static void write(Writes writes, TenantId tenant, Item item, byte[] content, @Nullable Long expiry) {
        item.with(BYTES, (long) content.length).with(CONTENT, piece(content, 0));
        int pieces = Math.max(0, (content.length - 1) / PIECE);
        if (pieces > 0) {
            String id = UUID.randomUUID().toString();
            item.with(WHERE, Keys.parts(tenant.value(), id)).with(COUNT, (long) pieces);
            for (int i = 1; i <= pieces; i++) {
                writes.put(Item.at(Keys.part(tenant, id, i))
                        .with(CONTENT, piece(content, i))
                        .with(TableDesign.EXPIRY, expiry));
            }
        }
    }

    private static AttributeValue piece(byte[] content, int number) {
        int from = number * PIECE;
        byte[] piece = java.util.Arrays.copyOfRange(content, from, Math.min(content.length, from + PIECE));
        return AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(piece));
    }

    static long length(Item item) {
        return item.number(BYTES);
    }

    /** The content, or null if it was replaced since the item was read. */
    static byte @Nullable [] read(Work work, Item item) {
        byte[] first = item.bytes(CONTENT).asByteArrayUnsafe();
        if (!item.has(WHERE)) {
            return first;
        }
        byte[] content = java.util.Arrays.copyOf(first, (int) length(item));
        int filled = first.length;
        Iterator<Item> rest = work.query(Query.all(item.text(WHERE)));
        while (rest.hasNext()) {
            byte[] piece = rest.next().bytes(CONTENT).asByteArrayUnsafe();
            System.arraycopy(piece, 0, content, filled, piece.length);
            filled += piece.length;
        }
        return filled == content.length ? content : null;
    }

    /** Where the content goes on, as a note for another item. */
    static @Nullable AttributeValue note(Item item) {
        return item.has(WHERE)
                ? AttributeValue.fromM(java.util.Map.of(
                        WHERE,
                        AttributeValue.fromS(item.text(WHERE)),
                        COUNT,
                        AttributeValue.fromN(Long.toString(item.number(COUNT)))))
                : null;
    }

    /** The further items of an item or of a {@link #note}. */
    static List<Key> keys(Item item) {
        return item.has(WHERE)
                ? IntStream.rangeClosed(1, (int) item.number(COUNT))
                        .mapToObj(number -> Key.of(item.text(WHERE), Keys.digits(number)))
                        .toList()
                : List.of();
    }

    /** The further items that a note in an item tells of. */
    static List<Key> noted(Item item, String name) {
        AttributeValue note = item.get(name);
        return note == null ? List.of() : keys(new Item(note.m()));
    }

    /** An item's key and those of its further items. */
    static List<Key> all(Item item) {
        List<Key> keys = new ArrayList<>(keys(item));
        keys.add(item.key());
        return keys;
    }
}
