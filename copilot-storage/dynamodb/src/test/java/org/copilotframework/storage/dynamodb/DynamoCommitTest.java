package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.CommitKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoCommitTest extends CommitKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
