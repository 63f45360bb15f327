package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.LifecycleKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoLifecycleTest extends LifecycleKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
