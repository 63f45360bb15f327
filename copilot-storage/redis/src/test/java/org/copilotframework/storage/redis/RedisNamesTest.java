package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.NamesKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisNamesTest extends NamesKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
