package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.CrashKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisCrashTest extends CrashKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
