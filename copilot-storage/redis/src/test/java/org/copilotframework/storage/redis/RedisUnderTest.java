package org.copilotframework.storage.redis;

import java.util.HashMap;
import java.util.Map;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.StoreUnderTest;

/** One Redis for all classes of the kit, or the one that {@code COPILOT_TEST_REDIS_URL} names. */
record RedisUnderTest(String url, Map<String, String> settings) implements StoreUnderTest {
    /** A machine that has other things to do may stand still for longer than the five seconds that a call has otherwise. */
    private static final Map<String, String> PATIENT = Map.of("timeout", "30s", "connect-timeout", "30s");

    static RedisUnderTest shared() {
        String named = System.getenv("COPILOT_TEST_REDIS_URL");
        return named != null ? at(named) : at(Shared.SERVER.url());
    }

    static RedisUnderTest at(String url) {
        return new RedisUnderTest(url, PATIENT);
    }

    /** These settings, and patience where they do not say otherwise. */
    RedisUnderTest with(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(PATIENT);
        all.putAll(others);
        return new RedisUnderTest(url, all);
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
