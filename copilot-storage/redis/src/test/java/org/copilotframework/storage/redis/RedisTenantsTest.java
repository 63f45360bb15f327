package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.StoreUnderTest;
import org.copilotframework.storage.tck.TenantsKit;

class RedisTenantsTest extends TenantsKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
