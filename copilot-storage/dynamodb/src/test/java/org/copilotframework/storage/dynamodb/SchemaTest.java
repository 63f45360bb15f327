package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.storage.dynamodb.AnsweringProxy.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The table is what this program knows, or it is not touched. */
class SchemaTest {
    private final TableUnderTest table = TableUnderTest.fresh();
    private final DynamoDbClient client = table.client();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void aTableWithOtherKeysIsNotTouched() {
        client.createTable(CreateTableRequest.builder()
                .tableName(table.table())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute("id"))
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build())
                .build());
        TableDescription before = describe();

        refused("[id]", "[pk, sk]", "copilot.storage.url (in the environment DATABASE_URL)");
        assertThat(describe()).isEqualTo(before);
    }

    @Test
    void aTableWhoseKeysHaveOtherTypesIsNotTouched() {
        client.createTable(TableDesign.request(table.table(), false)
                .attributeDefinitions(attribute("pk"), attribute("sk"))
                .globalSecondaryIndexes((java.util.Collection<GlobalSecondaryIndex>) null)
                .build());
        refused("types");
    }

    private static AttributeDefinition attribute(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    @Test
    void aTableWithoutAnIndexIsNotTouched() {
        CreateTableRequest whole = TableDesign.request(table.table(), false).build();
        client.createTable(whole.toBuilder()
                .globalSecondaryIndexes(whole.globalSecondaryIndexes().stream()
                        .map(index -> index.indexName().equals("due")
                                ? index.toBuilder().indexName("others").build()
                                : index)
                        .toList())
                .build());
        refused("'due'");
    }

    @Test
    void aTableOfANewerVersionIsNotTouched() {
        try (Storage storage = table.open()) {
            storage.migrate();
        }
        client.putItem(item -> item.tableName(table.table())
                .item(Item.at(Keys.SCHEMA).with("version", 2L).attributes()));
        refused("version 2", "version 1", "newer program");
        assertThat(client.getItem(item -> item.tableName(table.table()).key(Keys.SCHEMA.attributes()))
                        .item())
                .containsEntry("version", AttributeValue.fromN("2"));
    }

    @Test
    void aTableThatIsGoneLaterMakesTheStoreUnavailable() {
        try (Storage storage = table.open()) {
            storage.migrate();
            client.deleteTable(delete -> delete.tableName(table.table()));
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> storage.commit(Sample.turn(1)))
                    .withMessageContaining("copilot migrate");
            assertThatExceptionOfType(ConflictException.class).isThrownBy(storage::check);
        }
    }

    @Test
    void anIndexThatIsMissingMakesTheStoreUnavailable() {
        client.createTable(TableDesign.request(table.table(), false)
                .attributeDefinitions(TableDesign.request(table.table(), false).build().attributeDefinitions().stream()
                        .filter(one -> !List.of("swept", "from").contains(one.attributeName()))
                        .toList())
                .globalSecondaryIndexes(
                        TableDesign.request(table.table(), false).build().globalSecondaryIndexes().stream()
                                .filter(index -> !index.indexName().equals("sweep"))
                                .toList())
                .build());
        try (Storage storage = table.open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> storage.sweep(new Retention(null), 10))
                    .withMessageContaining("lacks an index");
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(storage::check)
                    .withMessageContaining("copilot migrate --print");
        }
    }

    @Test
    void otherKeysMakeTheStoreUnavailable() {
        client.createTable(CreateTableRequest.builder()
                .tableName(table.table())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute("id"))
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build())
                .build());
        try (Storage storage = table.open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> storage.commit(Sample.turn(1)))
                    .withMessageContaining("other keys");
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> storage.sessions().head(Sample.TENANT, Sample.SESSION))
                    .withMessageContaining("other keys");
        }
    }

    @Test
    void theTemplateIsShownWithoutATableAndNamesIt() {
        assertThat(table.provider().schema(StorageUrl.parse(table.url())))
                .hasValue(DynamoDbTable.cloudFormation()
                        .replace("\"Default\": \"copilot\"", "\"Default\": \"" + table.table() + "\""));
    }

    @Test
    void aTableWhoseItemsExpireOtherwiseIsNotTouched() {
        client.createTable(TableDesign.request(table.table(), false).build());
        client.updateTimeToLive(ttl -> ttl.tableName(table.table())
                .timeToLiveSpecification(by -> by.attributeName("end").enabled(true)));
        try (Storage storage = table.open()) {
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(storage::migrate)
                    .withMessageContaining("'end'")
                    .withMessageContaining("'ttl'");
        }
    }

    @Test
    void pointInTimeRecoveryIsSwitchedOnWhereItIsOffAndWanted() {
        try (AnsweringProxy proxy = new AnsweringProxy(TableUnderTest.server().port())) {
            assertThat(backups(proxy, "DISABLED", Map.of())).containsExactly("Describe", "Update");
            assertThat(backups(proxy, "ENABLED", Map.of())).containsExactly("Describe");
            assertThat(backups(proxy, "DISABLED", Map.of("point-in-time-recovery", "false")))
                    .isEmpty();
        }
    }

    /** What a migration asks of backups. */
    private List<String> backups(AnsweringProxy proxy, String status, Map<String, String> settings) {
        List<String> asked = new java.util.concurrent.CopyOnWriteArrayList<>();
        proxy.rule((operation, number, body) -> {
            if (!operation.endsWith("ContinuousBackups")) {
                return Optional.empty();
            }
            asked.add(operation.replace("ContinuousBackups", ""));
            return Optional.of(new Answer(
                    200,
                    "{\"ContinuousBackupsDescription\":{\"PointInTimeRecoveryDescription\":{\"PointInTimeRecoveryStatus\":\""
                            + status + "\"}}}"));
        });
        try (Storage storage = proxy.table(table.table(), settings).open()) {
            storage.migrate();
        }
        return asked;
    }

    @Test
    void theCloudFormationTemplateMakesTheTableThatAMigrationMakes() {
        try (Storage storage = table.with(Map.of("timeout", "30s")).open()) {
            storage.migrate();
        }
        JsonNode template = JsonNode.parser().parse(DynamoDbTable.cloudFormation());
        JsonNode resource =
                template.field("Resources").orElseThrow().field("Table").orElseThrow();
        JsonNode properties = resource.field("Properties").orElseThrow();
        TableUnderTest other = TableUnderTest.fresh();
        client.createTable(request(other.table(), properties));
        try (Storage storage = other.open()) {
            storage.check();
        }

        TableDescription migrated = describe();
        TableDescription formed = client.describeTable(describe -> describe.tableName(other.table()))
                .table();
        assertThat(formed.keySchema()).isEqualTo(migrated.keySchema());
        assertThat(Set.copyOf(formed.attributeDefinitions())).isEqualTo(Set.copyOf(migrated.attributeDefinitions()));
        assertThat(formed.billingModeSummary().billingMode())
                .isEqualTo(migrated.billingModeSummary().billingMode());
        assertThat(formed.deletionProtectionEnabled())
                .isEqualTo(migrated.deletionProtectionEnabled())
                .isTrue();
        assertThat(indexes(formed)).isEqualTo(indexes(migrated)).hasSize(3);
        assertThat(text(properties, "TimeToLiveSpecification", "AttributeName"))
                .isEqualTo(client.describeTimeToLive(ttl -> ttl.tableName(table.table()))
                        .timeToLiveDescription()
                        .attributeName());
        assertThat(text(resource, "Type")).isEqualTo("AWS::DynamoDB::Table");
        assertThat(text(resource, "DeletionPolicy")).isEqualTo("Retain");
        // DynamoDB Local knows no backups; that a migration switches them on has a test of its own.
        assertThat(text(properties, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"))
                .isEqualTo("true");
    }

    private static Set<Object> indexes(TableDescription table) {
        Set<Object> indexes = new HashSet<>();
        table.globalSecondaryIndexes()
                .forEach(index -> indexes.add(List.of(
                        index.indexName(),
                        index.keySchema(),
                        index.projection().projectionType(),
                        Set.copyOf(index.projection().nonKeyAttributes()))));
        return indexes;
    }

    /** What CloudFormation asks of DynamoDB for the template. */
    private static CreateTableRequest request(String name, JsonNode properties) {
        return CreateTableRequest.builder()
                .tableName(name)
                .billingMode(text(properties, "BillingMode"))
                .deletionProtectionEnabled(Boolean.valueOf(text(properties, "DeletionProtectionEnabled")))
                .attributeDefinitions(list(properties, "AttributeDefinitions").stream()
                        .map(attribute -> AttributeDefinition.builder()
                                .attributeName(text(attribute, "AttributeName"))
                                .attributeType(text(attribute, "AttributeType"))
                                .build())
                        .toList())
                .keySchema(keys(properties))
                .globalSecondaryIndexes(list(properties, "GlobalSecondaryIndexes").stream()
                        .map(index -> GlobalSecondaryIndex.builder()
                                .indexName(text(index, "IndexName"))
                                .keySchema(keys(index))
                                .projection(projection(index.field("Projection").orElseThrow()))
                                .build())
                        .toList())
                .build();
    }

    private static Projection projection(JsonNode projection) {
        return Projection.builder()
                .projectionType(text(projection, "ProjectionType"))
                .nonKeyAttributes(
                        projection.field("NonKeyAttributes").isEmpty()
                                ? null
                                : list(projection, "NonKeyAttributes").stream()
                                        .map(JsonNode::text)
                                        .toList())
                .build();
    }

    private static List<KeySchemaElement> keys(JsonNode of) {
        return list(of, "KeySchema").stream()
                .map(key -> KeySchemaElement.builder()
                        .attributeName(text(key, "AttributeName"))
                        .keyType(text(key, "KeyType"))
                        .build())
                .toList();
    }

    private static List<JsonNode> list(JsonNode node, String name) {
        return node.field(name).orElseThrow().asArray();
    }

    private static String text(JsonNode node, String... path) {
        JsonNode at = node;
        for (String name : path) {
            at = at.field(name).orElseThrow();
        }
        return at.isBoolean() ? Boolean.toString(at.asBoolean()) : at.asString();
    }

    private TableDescription describe() {
        return client.describeTable(describe -> describe.tableName(table.table()))
                .table();
    }

    private void refused(String... words) {
        try (Storage storage = table.open()) {
            for (Runnable look : List.<Runnable>of(storage::check, storage::migrate)) {
                assertThatExceptionOfType(ConflictException.class)
                        .isThrownBy(look::run)
                        .satisfies(error -> assertThat(error.getMessage()).contains(words));
            }
        }
    }
}
