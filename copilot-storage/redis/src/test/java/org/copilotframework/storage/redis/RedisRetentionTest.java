package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.RetentionKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisRetentionTest extends RetentionKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
