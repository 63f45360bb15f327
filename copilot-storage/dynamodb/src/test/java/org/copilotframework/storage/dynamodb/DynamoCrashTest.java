package org.copilotframework.storage.dynamodb;

import org.copilotframework.storage.tck.CrashKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class DynamoCrashTest extends CrashKit {
    @Override
    protected StoreUnderTest store() {
        return TableUnderTest.shared();
    }
}
