package org.copilotframework.storage.dynamodb;

import java.util.List;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/** Shows the table, for those who create tables by other means than {@code migrate}. */
public final class DynamoDbTable {
    private DynamoDbTable() {}

    /**
     * The table as a CloudFormation template, the same that {@link
     * org.copilotframework.api.spi.storage.Storage#migrate() migrate} creates under the default settings. Its parameter {@code
     * TableName} is {@code copilot} unless said otherwise; the table is kept when the stack is deleted.
     *
     * @return a template in JSON
     */
    public static String cloudFormation() {
        return cloudFormation("copilot");
    }

    static String cloudFormation(String name) {
        CreateTableRequest table = TableDesign.request(name, true).build();
        return """
                {
                  "AWSTemplateFormatVersion": "2010-09-09",
                  "Description": "The DynamoDB table of the Copilot Framework",
                  "Parameters": {
                    "TableName": {
                      "Type": "String",
                      "Default": "%s"
                    }
                  },
                  "Resources": {
                    "Table": {
                      "Type": "AWS::DynamoDB::Table",
                      "DeletionPolicy": "Retain",
                      "UpdateReplacePolicy": "Retain",
                      "Properties": {
                        "TableName": {"Ref": "TableName"},
                        "BillingMode": "%s",
                        "DeletionProtectionEnabled": %s,
                        "AttributeDefinitions": [
                %s
                        ],
                        "KeySchema": %s,
                        "GlobalSecondaryIndexes": [
                %s
                        ],
                        "TimeToLiveSpecification": {"AttributeName": "%s", "Enabled": true},
                        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}
                      }
                    }
                  },
                  "Outputs": {
                    "TableArn": {"Value": {"Fn::GetAtt": ["Table", "Arn"]}}
                  }
                }
                """.formatted(
                        table.tableName(),
                        table.billingModeAsString(),
                        table.deletionProtectionEnabled(),
                        table.attributeDefinitions().stream()
                                .map(attribute -> "          {\"AttributeName\": \"" + attribute.attributeName()
                                        + "\", \"AttributeType\": \"" + attribute.attributeTypeAsString() + "\"}")
                                .collect(Collectors.joining(",\n")),
                        keys(table.keySchema()),
                        table.globalSecondaryIndexes().stream()
                                .map(DynamoDbTable::index)
                                .collect(Collectors.joining(",\n")),
                        TableDesign.EXPIRY);
    }

    private static String index(GlobalSecondaryIndex index) {
        String shown = index.projection().hasNonKeyAttributes()
                ? ", \"NonKeyAttributes\": ["
                        + index.projection().nonKeyAttributes().stream()
                                .map(name -> "\"" + name + "\"")
                                .collect(Collectors.joining(", "))
                        + "]"
                : "";
        return """
                          {
                            "IndexName": "%s",
                            "KeySchema": %s,
                            "Projection": {"ProjectionType": "%s"%s}
                          }""".formatted(
                index.indexName(), keys(index.keySchema()), index.projection().projectionTypeAsString(), shown);
    }

    private static String keys(List<KeySchemaElement> keys) {
        return keys.stream()
                .map(key -> "{\"AttributeName\": \"" + key.attributeName() + "\", \"KeyType\": \""
                        + key.keyTypeAsString() + "\"}")
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
