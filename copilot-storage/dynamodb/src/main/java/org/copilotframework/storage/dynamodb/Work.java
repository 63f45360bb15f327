package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** One call of the store's user, and all that is asked of DynamoDB for it. Used by one thread. */
final class Work {
    private static final int MOST_READ = 100;
    private static final int MOST_DELETED = 25;

    private final DynamoDbClient client;
    private final String table;
    private final Patience patience;

    Work(Backend backend, DynamoDbClient client, Patience patience) {
        this.client = client;
        this.table = backend.table();
        this.patience = patience;
    }

    Optional<Item> get(Key key) {
        GetItemResponse response = send(limits -> client.getItem(get ->
                get.tableName(table).key(key.attributes()).consistentRead(true).overrideConfiguration(limits)));
        return response.hasItem() ? Optional.of(new Item(response.item())) : Optional.empty();
    }

    /** Reads many items; those that are not there are not in the map. */
    Map<Key, Item> get(Collection<Key> keys) {
        Map<Key, Item> found = new HashMap<>();
        List<Key> all = new ArrayList<>(keys);
        for (int from = 0; from < all.size(); from += MOST_READ) {
            KeysAndAttributes wanted = KeysAndAttributes.builder()
                    .consistentRead(true)
                    .keys(all.subList(from, Math.min(all.size(), from + MOST_READ)).stream()
                            .map(Key::attributes)
                            .toList())
                    .build();
            while (wanted != null) {
                Map<String, KeysAndAttributes> request = Map.of(table, wanted);
                var response = send(limits ->
                        client.batchGetItem(get -> get.requestItems(request).overrideConfiguration(limits)));
                for (Map<String, AttributeValue> attributes :
                        response.responses().getOrDefault(table, List.of())) {
                    Item item = new Item(attributes);
                    found.put(item.key(), item);
                }
                wanted = response.unprocessedKeys().get(table);
                if (wanted != null) {
                    patience.pause();
                }
            }
        }
        return found;
    }

    /** Reads page after page as the items are taken. */
    Iterator<Item> query(Query query) {
        return new Pages(query.after(), last -> {
            QueryResponse response = send(limits -> client.query(query.from(last)
                    .request(table)
                    .overrideConfiguration(limits)
                    .build()));
            return new Pages.Page(
                    response.items(), response.hasLastEvaluatedKey() ? response.lastEvaluatedKey() : null);
        });
    }

    /** One page of a query, and where the next one begins. */
    Pages.Page page(Query query) {
        QueryResponse response = send(limits ->
                client.query(query.request(table).overrideConfiguration(limits).build()));
        return new Pages.Page(response.items(), response.hasLastEvaluatedKey() ? response.lastEvaluatedKey() : null);
    }

    /** Reads the whole table, and pays for it. */
    Iterator<Item> scan(Expression filter, String only) {
        Map<String, String> names = new HashMap<>(Expression.names(filter.text(), only));
        return new Pages(null, last -> {
            ScanResponse response = send(limits -> client.scan(scan -> scan.tableName(table)
                    .consistentRead(true)
                    .filterExpression(filter.text())
                    .projectionExpression(only)
                    .expressionAttributeNames(names)
                    .expressionAttributeValues(filter.values())
                    .exclusiveStartKey(last)
                    .overrideConfiguration(limits)));
            return new Pages.Page(
                    response.items(), response.hasLastEvaluatedKey() ? response.lastEvaluatedKey() : null);
        });
    }

    /** Writes all or nothing; false if a condition does not hold. */
    boolean write(Writes writes) {
        List<TransactWriteItem> items = writes.items();
        // Makes the attempts of this one call one. A caller who calls again is known by the contract's own names.
        String token = UUID.randomUUID().toString();
        try {
            send(limits -> client.transactWriteItems(transaction ->
                    transaction.transactItems(items).clientRequestToken(token).overrideConfiguration(limits)));
            return true;
        } catch (Refuted refuted) {
            return false;
        }
    }

    /** Changes one item; gives it as it is then, or empty if the condition does not hold. */
    Optional<Item> update(boolean repeatable, Key key, Expression update, Expression condition) {
        try {
            var response = patience.send(
                    repeatable,
                    limits -> refutable(() -> client.updateItem(item -> item.tableName(table)
                            .key(key.attributes())
                            .updateExpression(update.text())
                            .conditionExpression(condition.text())
                            .expressionAttributeNames(Expression.names(update.text(), condition.text()))
                            .expressionAttributeValues(Expression.values(update, condition))
                            .returnValues(ReturnValue.ALL_NEW)
                            .overrideConfiguration(limits))));
            return Optional.of(new Item(response.attributes()));
        } catch (Refuted refuted) {
            return Optional.empty();
        }
    }

    /** Deletes items one by one, in no order. */
    void delete(Collection<Key> keys) {
        List<Key> all = new ArrayList<>(keys);
        for (int from = 0; from < all.size(); from += MOST_DELETED) {
            List<WriteRequest> open = all.subList(from, Math.min(all.size(), from + MOST_DELETED)).stream()
                    .map(key -> WriteRequest.builder()
                            .deleteRequest(DeleteRequest.builder()
                                    .key(key.attributes())
                                    .build())
                            .build())
                    .toList();
            while (!open.isEmpty()) {
                Map<String, List<WriteRequest>> request = Map.of(table, open);
                open = send(limits -> client.batchWriteItem(
                                write -> write.requestItems(request).overrideConfiguration(limits)))
                        .unprocessedItems()
                        .getOrDefault(table, List.of());
                if (!open.isEmpty()) {
                    patience.pause();
                }
            }
        }
    }

    /** Waits a little before something is tried anew that others were in the way of. */
    void pause() {
        patience.pause();
    }

    /** Whether half of the time is gone that this call has. */
    boolean halfOver() {
        return patience.halfOver();
    }

    /** Sends a request that may be sent twice. */
    <T> T send(Function<AwsRequestOverrideConfiguration, T> request) {
        return patience.send(true, limits -> refutable(() -> request.apply(limits)));
    }

    private static <T> T refutable(java.util.function.Supplier<T> request) {
        try {
            return request.get();
        } catch (ConditionalCheckFailedException refuted) {
            throw new Refuted(refuted);
        } catch (TransactionCanceledException canceled) {
            if (Failures.refuted(canceled)) {
                throw new Refuted(canceled);
            }
            throw canceled;
        }
    }

    /** A condition does not hold. */
    private static final class Refuted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refuted(@Nullable Throwable cause) {
            super("a condition does not hold", cause, false, false);
        }
    }
}
