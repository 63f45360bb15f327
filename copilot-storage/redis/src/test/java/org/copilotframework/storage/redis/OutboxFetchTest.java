package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;

/** A page of the outbox fetches what it gives, however many shards there are. */
class OutboxFetchTest {
    private static final int BYTES = 50_000;
    private static final int TENANTS = 30;
    private static final int EACH = 4;

    @Test
    void aPageFetchesNoMoreThanItGives() {
        try (RedisProcess server = RedisProcess.start();
                Storage store = RedisUnderTest.at(server.url()).open()) {
            store.migrate();
            for (int i = 1; i <= EACH; i++) {
                for (int tenant = 1; tenant <= TENANTS; tenant++) {
                    store.commit(Commit.in(new TenantId("t" + tenant))
                            .start(run("r" + i))
                            .message(new OutboxMessage("topic", "key", Payload.of(new byte[BYTES])))
                            .build());
                }
            }
            store.outbox().read(1, 1);

            server.say("CONFIG RESETSTAT");
            List<OutboxRecord> page = store.outbox().read(1000, 3 * BYTES);
            // which of the oldest is open: those of one millisecond have no order
            assertThat(page).hasSize(3).extracting(OutboxRecord::tenant).doesNotHaveDuplicates();
            assertThat(sent(server)).isBetween(3L * BYTES, 4L * BYTES);
            assertThat(store.outbox().read(1000, Long.MAX_VALUE)).hasSize(TENANTS * EACH);
        }
    }

    private static RunStart run(String id) {
        return new RunStart(
                new RunId(id),
                id,
                "docs",
                null,
                RunState.INPUT_REQUIRED,
                1,
                Sample.payload("asked"),
                null,
                null,
                Due.never(),
                null);
    }

    /** How many bytes the server has sent since the last reset. */
    private static long sent(RedisProcess server) {
        Matcher bytes = Pattern.compile("total_net_output_bytes:([0-9]+)").matcher(server.say("INFO stats"));
        assertThat(bytes.find()).isTrue();
        return Long.parseLong(bytes.group(1));
    }
}
