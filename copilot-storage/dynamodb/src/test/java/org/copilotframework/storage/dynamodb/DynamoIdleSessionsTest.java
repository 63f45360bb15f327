package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.storage.tck.IdleSessionsKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** In a table of its own, with no other sessions to sweep. */
class DynamoIdleSessionsTest extends IdleSessionsKit {
    private final TableUnderTest table = TableUnderTest.fresh();

    @Override
    protected StoreUnderTest store() {
        return table;
    }

    @Override
    protected void makeOlder(TenantId tenant, SessionId session, Duration by) {
        try (DynamoDbClient client = table.client()) {
            client.updateItem(item -> item.tableName(table.table())
                    .key(Keys.sessionHead(tenant, session).attributes())
                    .updateExpression("SET #from = #from - :days, #changed = #changed - :millis")
                    .expressionAttributeNames(Map.of("#from", "from", "#changed", "changed"))
                    .expressionAttributeValues(Map.of(
                            ":days", AttributeValue.fromN(Long.toString(by.toDays())),
                            ":millis", AttributeValue.fromN(Long.toString(by.toMillis())))));
        }
    }
}
