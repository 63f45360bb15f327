package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.SessionsKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisSessionsTest extends SessionsKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
