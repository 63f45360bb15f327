package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.RunsKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisRunsTest extends RunsKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
