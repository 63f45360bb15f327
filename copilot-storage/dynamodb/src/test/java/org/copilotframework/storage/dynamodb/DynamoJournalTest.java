package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.JournalKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoJournalTest extends JournalKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
