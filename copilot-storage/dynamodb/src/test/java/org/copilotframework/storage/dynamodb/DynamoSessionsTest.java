package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.SessionsKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoSessionsTest extends SessionsKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
