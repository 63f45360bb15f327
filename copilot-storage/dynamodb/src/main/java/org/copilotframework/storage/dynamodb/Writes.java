package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.error.InvalidRequestException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** What one transaction writes: all of it or nothing, and nothing if one of the conditions does not hold. */
final class Writes {
    /** DynamoDB's own limits. */
    static final int MAX_ITEMS = 100;

    static final long MAX_BYTES = 4L * 1024 * 1024;
    /** What of it is content, the rest being left to the names of things: those of 64 riders are of 1 KB each at most. */
    static final long MAX_CONTENT = MAX_BYTES - 256 * 1024;

    private static final long MAX_ITEM = 400L * 1024;

    private final String table;
    private final List<TransactWriteItem> items = new ArrayList<>();
    private long bytes;

    Writes(String table) {
        this.table = table;
    }

    void put(Item item) {
        put(item, new Expression("", java.util.Map.of()));
    }

    void put(Item item, Expression condition) {
        long size = item.size();
        if (size > MAX_ITEM) {
            throw new InvalidRequestException("an item of the DynamoDB table holds " + MAX_ITEM
                    + " bytes; the names of the entries in this session's state alone, or another part that cannot be"
                    + " divided, make " + size + ": store less under fewer names");
        }
        bytes += size;
        boolean always = condition.text().isEmpty();
        items.add(TransactWriteItem.builder()
                .put(put -> put.tableName(table)
                        .item(item.attributes())
                        .conditionExpression(always ? null : condition.text())
                        .expressionAttributeNames(always ? null : condition.names())
                        .expressionAttributeValues(condition.values().isEmpty() ? null : condition.values()))
                .build());
    }

    void delete(Key key) {
        items.add(TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table).key(key.attributes()))
                .build());
    }

    void delete(Key key, Expression condition) {
        items.add(TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table)
                        .key(key.attributes())
                        .conditionExpression(condition.text())
                        .expressionAttributeNames(condition.names())
                        .expressionAttributeValues(condition.values().isEmpty() ? null : condition.values()))
                .build());
    }

    /** Demands something of an item that is not written. */
    void check(Key key, Expression condition) {
        items.add(TransactWriteItem.builder()
                .conditionCheck(check -> check.tableName(table)
                        .key(key.attributes())
                        .conditionExpression(condition.text())
                        .expressionAttributeNames(condition.names())
                        .expressionAttributeValues(condition.values().isEmpty() ? null : condition.values()))
                .build());
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    int size() {
        return items.size();
    }

    /**
     * The transaction.
     *
     * @throws InvalidRequestException if it is larger than DynamoDB takes
     */
    List<TransactWriteItem> items() {
        if (items.size() > MAX_ITEMS) {
            throw new InvalidRequestException("one commit writes at most " + MAX_ITEMS
                    + " items of the DynamoDB table, and this one would write " + items.size()
                    + ": let fewer values, steps, events and messages ride along, or smaller ones");
        } else if (bytes > MAX_BYTES) {
            throw new InvalidRequestException("one commit holds at most " + MAX_BYTES
                    + " bytes (4 MB) on DynamoDB, and this one would hold " + bytes
                    + ": put large content into blobs and store its address");
        }
        return List.copyOf(items);
    }
}
