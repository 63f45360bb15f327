package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.copilotframework.api.error.ConflictException;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The one table: its keys, its indexes and what they show. What is created and the CloudFormation template are made of it. */
final class TableDesign {
    static final String PARTITION = "pk";
    static final String SORT = "sk";
    /** DynamoDB itself deletes an item some time after this moment, in seconds. */
    static final String EXPIRY = "ttl";

    /** The version of all this. A table without the item that says so has version 1. */
    static final long VERSION = 1;

    /** Runs that want a worker, or have one: see {@link Claims}. */
    static final Index DUE =
            new Index("due", "queue", "due", ScalarAttributeType.N, List.of("fence", "lease", "agent", "state"));

    /** Runs by tenant and state. */
    static final Index STATES = new Index("state", "states", "id", ScalarAttributeType.S, List.of());

    /** What a sweep may delete, by the moment or day from which on. */
    static final Index SWEEP = new Index("sweep", "swept", "from", ScalarAttributeType.N, List.of());

    static final List<Index> INDEXES = List.of(DUE, STATES, SWEEP);

    private TableDesign() {}

    /** A global secondary index; its partitions have names of text. Items without its keys are not in it. */
    record Index(String title, String hash, String range, ScalarAttributeType rangeType, List<String> shown) {}

    static CreateTableRequest.Builder request(String table, boolean protect) {
        return CreateTableRequest.builder()
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .deletionProtectionEnabled(protect)
                .attributeDefinitions(attributes())
                .keySchema(keys(PARTITION, SORT))
                .globalSecondaryIndexes(INDEXES.stream()
                        .map(index -> GlobalSecondaryIndex.builder()
                                .indexName(index.title())
                                .keySchema(keys(index.hash(), index.range()))
                                .projection(projection(index))
                                .build())
                        .toList());
    }

    private static List<AttributeDefinition> attributes() {
        List<AttributeDefinition> attributes = new ArrayList<>();
        attributes.add(attribute(PARTITION, ScalarAttributeType.S));
        attributes.add(attribute(SORT, ScalarAttributeType.B));
        for (Index index : INDEXES) {
            attributes.add(attribute(index.hash(), ScalarAttributeType.S));
            attributes.add(attribute(index.range(), index.rangeType()));
        }
        return attributes;
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static List<KeySchemaElement> keys(String hash, String range) {
        return List.of(
                KeySchemaElement.builder()
                        .attributeName(hash)
                        .keyType(KeyType.HASH)
                        .build(),
                KeySchemaElement.builder()
                        .attributeName(range)
                        .keyType(KeyType.RANGE)
                        .build());
    }

    private static Projection projection(Index index) {
        return index.shown().isEmpty()
                ? Projection.builder().projectionType(ProjectionType.KEYS_ONLY).build()
                : Projection.builder()
                        .projectionType(ProjectionType.INCLUDE)
                        .nonKeyAttributes(index.shown())
                        .build();
    }

    /**
     * Looks whether a table is as it must be.
     *
     * @throws ConflictException if it has other keys, or lacks an index
     */
    static void compare(TableDescription table, String store) {
        if (!table.keySchema().equals(keys(PARTITION, SORT))) {
            throw new ConflictException(store + " is none of ours: its keys are "
                    + table.keySchema().stream()
                            .map(KeySchemaElement::attributeName)
                            .toList()
                    + ", and ours are [" + PARTITION + ", " + SORT + "]" + another());
        } else if (table.attributeDefinitions().stream().anyMatch(TableDesign::hasOtherType)) {
            throw new ConflictException(
                    store + " is none of ours: the attributes of its keys have other types" + another());
        }
        for (Index index : INDEXES) {
            boolean there = table.globalSecondaryIndexes().stream().anyMatch(found -> same(index, found));
            if (!there) {
                throw new ConflictException(store + " lacks the index '" + index.title()
                        + "', or has another one of that name; create the table from the CloudFormation template that"
                        + " `copilot migrate --print` prints"
                        + another());
            }
        }
    }

    private static boolean hasOtherType(AttributeDefinition found) {
        return attributes().stream()
                .anyMatch(ours -> ours.attributeName().equals(found.attributeName()) && !ours.equals(found));
    }

    private static boolean same(Index index, GlobalSecondaryIndexDescription found) {
        return found.indexName().equals(index.title())
                && found.keySchema().equals(keys(index.hash(), index.range()))
                && (found.projection().projectionType() == ProjectionType.ALL
                        || new HashSet<>(found.projection().nonKeyAttributes()).containsAll(index.shown()));
    }

    private static String another() {
        return "; or name another table in copilot.storage.url (in the environment DATABASE_URL)";
    }
}
