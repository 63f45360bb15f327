package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.OutboxKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoOutboxTest extends OutboxKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
