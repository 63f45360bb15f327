package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.LifecycleKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisLifecycleTest extends LifecycleKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
