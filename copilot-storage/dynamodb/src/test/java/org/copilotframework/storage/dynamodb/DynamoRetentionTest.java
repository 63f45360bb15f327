package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.RetentionKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoRetentionTest extends RetentionKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
