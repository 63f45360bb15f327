package org.copilotframework.storage.dynamodb;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/**
 * A read of one partition of the table or of an index, in the order of its sort key. Reads of the table see all that was
 * acknowledged; those of an index may lag behind.
 */
record Query(
        TableDesign.@Nullable Index index,
        Expression keys,
        boolean forward,
        @Nullable Integer page,
        @Nullable String only,
        @Nullable Map<String, AttributeValue> after) {

    static Query all(String partition) {
        return of(null, Expression.of("#pk = :pk", ":pk", partition));
    }

    /** From one sort key to another, both included. */
    static Query between(String partition, SdkBytes from, SdkBytes to) {
        return of(
                null,
                Expression.of("#pk = :pk AND #sk BETWEEN :from AND :to", ":pk", partition, ":from", from, ":to", to));
    }

    static Query between(String partition, String from, String to) {
        return between(partition, SdkBytes.fromUtf8String(from), SdkBytes.fromUtf8String(to));
    }

    static Query after(String partition, SdkBytes after) {
        return of(null, Expression.of("#pk = :pk AND #sk > :after", ":pk", partition, ":after", after));
    }

    static Query since(String partition, SdkBytes from) {
        return of(null, Expression.of("#pk = :pk AND #sk >= :from", ":pk", partition, ":from", from));
    }

    static Query before(String partition, SdkBytes before) {
        return of(null, Expression.of("#pk = :pk AND #sk < :before", ":pk", partition, ":before", before));
    }

    static Query index(TableDesign.Index index, String partition) {
        return of(index, Expression.of("#" + index.hash() + " = :pk", ":pk", partition));
    }

    static Query indexUpTo(TableDesign.Index index, String partition, long upTo) {
        return of(
                index,
                Expression.of(
                        "#" + index.hash() + " = :pk AND #" + index.range() + " <= :to",
                        ":pk",
                        partition,
                        ":to",
                        upTo));
    }

    static Query indexBefore(TableDesign.Index index, String partition, String before) {
        return of(
                index,
                Expression.of(
                        "#" + index.hash() + " = :pk AND #" + index.range() + " < :to",
                        ":pk",
                        partition,
                        ":to",
                        before));
    }

    private static Query of(TableDesign.@Nullable Index index, Expression keys) {
        return new Query(index, keys, true, null, null, null);
    }

    Query backwards() {
        return new Query(index, keys, false, page, only, after);
    }

    /** How many items one request reads at most, whose reading is paid for even if nobody takes them. */
    Query pages(int size) {
        return new Query(index, keys, forward, size, only, after);
    }

    /** Reads only these attributes: {@code "#a, #b"}. */
    Query only(String attributes) {
        return new Query(index, keys, forward, page, attributes, after);
    }

    Query from(@Nullable Map<String, AttributeValue> last) {
        return new Query(index, keys, forward, page, only, last);
    }

    QueryRequest.Builder request(String table) {
        Map<String, String> names = new HashMap<>(keys.names());
        if (only != null) {
            names.putAll(Expression.names(only));
        }
        return QueryRequest.builder()
                .tableName(table)
                .indexName(index == null ? null : index.title())
                .consistentRead(index == null)
                .keyConditionExpression(keys.text())
                .expressionAttributeNames(names)
                .expressionAttributeValues(keys.values())
                .scanIndexForward(forward)
                .limit(page)
                .projectionExpression(only)
                .exclusiveStartKey(after);
    }
}
