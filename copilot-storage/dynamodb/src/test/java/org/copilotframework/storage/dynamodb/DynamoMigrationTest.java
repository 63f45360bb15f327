package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.MigrationKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoMigrationTest extends MigrationKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }

    @Override
    protected StoreUnderTest emptyStore() {
        return TableUnderTest.fresh();
    }
}
