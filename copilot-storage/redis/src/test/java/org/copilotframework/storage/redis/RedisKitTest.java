package org.copilotframework.storage.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.storage.tck.LastingStorageKit;
import org.copilotframework.storage.tck.StoreClockKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.junit.jupiter.api.Nested;

/** The kit on a Redis server. */
class RedisKitTest extends LastingStorageKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }

    @Override
    protected StoreUnderTest emptyStore() {
        String prefix = UUID.randomUUID().toString().substring(0, 8);
        return RedisUnderTest.shared().with(Map.of("prefix", prefix));
    }

    @Override
    protected void makeOlder(TenantId tenant, SessionId session, Duration by) {
        String base = new Shards("cp", 16).base(tenant);
        String name = tenant + ":" + session;
        try (RedisClient client = RedisClient.create(store().url());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            connection.sync().hincrby(base + "s:" + name, "c", -by.toMillis());
            connection.sync().zincrby(base + "day", -by.toDays(), name);
        }
    }

    @Nested
    class StoreClock extends StoreClockKit {
        @Override
        protected StoreUnderTest store() {
            return RedisKitTest.this.store();
        }
    }
}
