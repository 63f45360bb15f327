package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.redis.Sample.TENANT;
import static org.copilotframework.storage.redis.Sample.payload;

import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** What the kit does not know of counters: what an earlier release has left. */
class CountersTest {
    @Test
    void ofWhatAnEarlierReleaseWroteItIsNotKnownSoItMayBeACounter() {
        try (RedisProcess server = RedisProcess.start();
                Storage store = RedisUnderTest.at(server.url()).open()) {
            store.migrate();
            store.values().compareAndSet(TENANT, ValueChange.insert("digits", payload("48213377"), null));
            assertThat(store.values().isCounter(TENANT, "digits")).isFalse();

            server.say("HDEL " + new Shards("cp", 16).base(TENANT) + "k:" + TENANT + ":digits c");
            assertThat(store.values().isCounter(TENANT, "digits")).isTrue();
        }
    }
}
