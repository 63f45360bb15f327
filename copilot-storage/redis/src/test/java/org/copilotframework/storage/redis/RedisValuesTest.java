package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.StoreUnderTest;
import org.copilotframework.storage.tck.ValuesKit;

class RedisValuesTest extends ValuesKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
