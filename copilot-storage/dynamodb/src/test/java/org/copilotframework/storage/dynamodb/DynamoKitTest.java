package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.storage.tck.LastingStorageKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The kit on DynamoDB Local, or on the table that the environment names. */
class DynamoKitTest extends LastingStorageKit {
    /** With no others in it: to list tenants or to find idle sessions reads all that is there. */
    private static final TableUnderTest OWN = TableUnderTest.freshForKit();

    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }

    @Override
    protected StoreUnderTest storeOfItsOwn() {
        return OWN;
    }

    @Override
    protected StoreUnderTest emptyStore() {
        return TableUnderTest.freshForKit();
    }

    @Override
    protected void makeOlder(TenantId tenant, SessionId session, Duration by) {
        try (DynamoDbClient client = OWN.client()) {
            client.updateItem(item -> item.tableName(OWN.table())
                    .key(Keys.sessionHead(tenant, session).attributes())
                    .updateExpression("SET #from = #from - :days, #changed = #changed - :millis")
                    .expressionAttributeNames(Map.of("#from", "from", "#changed", "changed"))
                    .expressionAttributeValues(Map.of(
                            ":days", AttributeValue.fromN(Long.toString(by.toDays())),
                            ":millis", AttributeValue.fromN(Long.toString(by.toMillis())))));
        }
    }
}
