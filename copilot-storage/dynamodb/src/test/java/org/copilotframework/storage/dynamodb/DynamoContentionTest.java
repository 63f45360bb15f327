package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.ContentionKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoContentionTest extends ContentionKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
