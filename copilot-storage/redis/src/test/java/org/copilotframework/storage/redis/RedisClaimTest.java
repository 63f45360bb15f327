package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.ClaimKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisClaimTest extends ClaimKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
