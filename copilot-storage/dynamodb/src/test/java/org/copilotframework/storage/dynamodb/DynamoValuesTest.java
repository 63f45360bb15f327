package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.StoreUnderTest;
import org.copilotframework.storage.tck.ValuesKit;

class DynamoValuesTest extends ValuesKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
