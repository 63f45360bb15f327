package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.StoreUnderTest;
import org.copilotframework.storage.tck.TenantsKit;

/** In a table of its own: to list tenants reads all that is in it. */
class DynamoTenantsTest extends TenantsKit {
    private final TableUnderTest table = TableUnderTest.fresh();

    @Override
    protected StoreUnderTest store() {
        return table;
    }
}
