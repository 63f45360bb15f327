package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;

class RedisFullTest {
    @Test
    void aFullServerRefusesCommitsAndKeepsWhatItAcknowledged() {
        try (RedisProcess server = RedisProcess.start("--maxmemory 8mb");
                Storage store = RedisUnderTest.at(server.url()).open()) {
            store.migrate();
            long[] acknowledged = {0};
            QuotaExceededException full = catchThrowableOfType(QuotaExceededException.class, () -> {
                while (acknowledged[0] < 1000) {
                    store.commit(Sample.turn(Sample.TENANT, acknowledged[0] + 1, Payload.of(new byte[100_000])));
                    acknowledged[0]++;
                }
            });

            assertThat(full).hasMessageContaining("maxmemory");
            assertThat(acknowledged[0]).isPositive();
            assertThat(store.sessions().head(Sample.TENANT, Sample.SESSION))
                    .map(SessionHead::version)
                    .contains(acknowledged[0]);

            assertThat(store.erase(Sample.TENANT)).as("room is made").isEqualTo(1);
            assertThat(store.values().add(Sample.TENANT, "count", 1, null)).isEqualTo(1);
        }
    }

    @Test
    void contentThatIsTooLargeIsRefusedBeforeItIsSent() {
        try (RedisProcess server = RedisProcess.start();
                Storage store = new RedisUnderTest(server.url(), Map.of("timeout", "1m")).open()) {
            Payload large = Payload.of(new byte[Arguments.MAX_BYTES]);
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> store.commit(Sample.turn(Sample.TENANT, 1, large)))
                    .withMessageContaining("64 MiB");
            Payload most = Payload.of(new byte[(int) store.maxCommitBytes()]);
            assertThat(store.commit(Sample.turn(Sample.TENANT, 1, most)).repeated())
                    .isFalse();
            assertThat(store.sessions().turns(Sample.TENANT, Sample.SESSION, 1, 1, 1))
                    .singleElement()
                    .satisfies(turn -> assertThat(turn.content()).isEqualTo(most));
        }
    }
}
