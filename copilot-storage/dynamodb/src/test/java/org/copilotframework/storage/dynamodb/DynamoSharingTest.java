package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.SharingKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoSharingTest extends SharingKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
