package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.ContentionKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisContentionTest extends ContentionKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
