package org.copilotframework.storage.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.storage.tck.IdleSessionsKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisIdleSessionsTest extends IdleSessionsKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
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
}
