package org.copilotframework.storage.redis;

import java.util.Map;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.StoreUnderTest;

/** One Redis for all classes of the kit, or the one that {@code COPILOT_TEST_REDIS_URL} names. */
record RedisUnderTest(String url, Map<String, String> settings) implements StoreUnderTest {
    static RedisUnderTest shared() {
        String named = System.getenv("COPILOT_TEST_REDIS_URL");
        return named != null ? at(named) : at(Shared.SERVER.url());
    }

    static RedisUnderTest at(String url) {
        return new RedisUnderTest(url, Map.of());
    }

    @Override
    public StorageProvider provider() {
        return new RedisStorageProvider();
    }

    /** Begun when first asked for; ends with the JVM. */
    private static final class Shared {
        static final RedisProcess SERVER = RedisProcess.start("--appendonly yes", "--appendfsync always");
    }
}
