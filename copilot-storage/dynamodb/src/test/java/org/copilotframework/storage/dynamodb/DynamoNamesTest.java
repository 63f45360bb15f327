package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.NamesKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoNamesTest extends NamesKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
