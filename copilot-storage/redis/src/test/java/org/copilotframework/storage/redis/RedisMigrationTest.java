package org.copilotframework.storage.redis;

import java.util.Map;
import java.util.UUID;
import org.copilotframework.storage.tck.MigrationKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisMigrationTest extends MigrationKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }

    @Override
    protected StoreUnderTest emptyStore() {
        String prefix = UUID.randomUUID().toString().substring(0, 8);
        return new RedisUnderTest(RedisUnderTest.shared().url(), Map.of("prefix", prefix));
    }
}
