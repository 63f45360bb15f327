package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.SharingKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisSharingTest extends SharingKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
