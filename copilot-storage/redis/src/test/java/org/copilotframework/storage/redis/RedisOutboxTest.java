package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.OutboxKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisOutboxTest extends OutboxKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
