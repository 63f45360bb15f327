package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.RunsKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoRunsTest extends RunsKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
