package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.ClaimKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoClaimTest extends ClaimKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
