package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.redis.Sample.TENANT;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** Entries that are over and that no sweep has met: a list passes over them, in several scripts if there are many. */
class ExpiredEntriesTest {
    private static final Payload CONTENT = Sample.payload("content");
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final int OVER = 2_100;

    @Test
    void noScriptPassesOverAllOfThemAtOnce() {
        try (RedisProcess server = RedisProcess.start();
                Storage store = RedisUnderTest.at(server.url()).open()) {
            store.migrate();
            for (int i = 0; i < OVER; i++) {
                String number = String.format("%05d", i + 1);
                store.commit(Commit.in(TENANT)
                        .start(run(number, RunState.COMPLETED, MOMENT))
                        .value(ValueChange.insert(number, CONTENT, MOMENT))
                        .build());
            }
            store.commit(Commit.in(TENANT)
                    .start(run("00000", RunState.INPUT_REQUIRED, null))
                    .value(ValueChange.insert("99999", CONTENT, null))
                    .build());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> store.values().get(TENANT, "0" + OVER).isEmpty());

            server.say("CONFIG RESETSTAT");
            assertThat(store.values().list(TENANT, "", "", 10, Long.MAX_VALUE))
                    .extracting(StoredValue::key)
                    .containsExactly("99999");
            assertThat(scripts(server)).isEqualTo(3);

            server.say("CONFIG RESETSTAT");
            assertThat(store.runs().list(TENANT, null, null, 10))
                    .extracting(run -> run.id().value())
                    .containsExactly("00000");
            assertThat(scripts(server)).isEqualTo(3);
        }
    }

    @Test
    void tenantsWhoseDataIsGoneArePassedOver() {
        try (RedisProcess server = RedisProcess.start();
                Storage store = RedisUnderTest.at(server.url())
                        .with(java.util.Map.of("shards", "1"))
                        .open()) {
            store.migrate();
            for (int i = 0; i < 1_100; i++) {
                TenantId tenant = new TenantId(String.format("t%05d", i));
                long version = store.values()
                        .compareAndSet(tenant, ValueChange.insert("k", CONTENT, null))
                        .orElseThrow();
                store.values().compareAndSet(tenant, ValueChange.delete("k", version));
            }
            store.commit(Sample.turn(new TenantId("u"), 1, CONTENT));

            assertThat(store.tenants(null, 10)).isEqualTo(List.of(new TenantId("u")));
        }
    }

    private static RunStart run(String id, RunState state, @org.jspecify.annotations.Nullable Duration keep) {
        return new RunStart(new RunId(id), "c", "docs", null, state, 1, CONTENT, null, null, Due.never(), keep);
    }

    /** How many scripts the server ran since the last reset. */
    private static int scripts(RedisProcess server) {
        Matcher calls = Pattern.compile("cmdstat_evalsha:calls=([0-9]+)").matcher(server.say("INFO commandstats"));
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }
}
