package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the store promises is what the server's settings give. */
class RedisDurabilityTest {
    @ParameterizedTest
    @CsvSource({
        "no,always,no,MEMORY",
        "yes,always,no,POWER_LOSS",
        "yes,always,yes,PROCESS_CRASH",
        "yes,no,no,PROCESS_CRASH",
        "yes,everysec,no,MEMORY"
    })
    void theAppendOnlyFileDecides(String appendOnly, String fsync, String noFsyncOnRewrite, Durability durability) {
        try (RedisProcess server = RedisProcess.start(
                "--appendonly " + appendOnly,
                "--appendfsync " + fsync,
                "--no-appendfsync-on-rewrite " + noFsyncOnRewrite)) {
            assertThat(durability(server, Map.of())).isEqualTo(durability);
            assertThat(durability(server, Map.of("durability", "memory"))).isEqualTo(durability);
            if (durability != Durability.POWER_LOSS) {
                assertThatExceptionOfType(InvalidRequestException.class)
                        .isThrownBy(() -> durability(server, Map.of("durability", "power-loss")))
                        .withMessageContaining("copilot.storage.redis.durability")
                        .withMessageContaining("appendfsync");
            }
        }
    }

    @Test
    void aMasterWithAReplicaIsTrustedOnlyAsFarAsTheSettingSays() {
        try (RedisProcess master = RedisProcess.start("--appendonly yes", "--appendfsync always");
                RedisProcess replica = RedisProcess.start("--replicaof 127.0.0.1 " + master.port())) {
            awaitReplica(master);
            assertThat(durability(master, Map.of())).isEqualTo(Durability.MEMORY);
            assertThat(durability(master, Map.of("durability", "process-crash")))
                    .isEqualTo(Durability.PROCESS_CRASH);
            assertThat(durability(master, Map.of("durability", "power-loss"))).isEqualTo(Durability.POWER_LOSS);

            master.say("CONFIG SET appendfsync no");
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> durability(master, Map.of("durability", "power-loss")))
                    .withMessageContaining("PROCESS_CRASH");
        }
    }

    @Test
    void aClusterInWhichAMasterHasAReplicaIsNoMoreThanMemory() {
        try (RedisProcess master =
                        RedisProcess.start("--cluster-enabled yes", "--appendonly yes", "--appendfsync always");
                RedisProcess replica = RedisProcess.start("--cluster-enabled yes")) {
            master.takeSlots(0, 16384);
            Map<String, String> cluster = Map.of("cluster", "true");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> master.say("CLUSTER INFO").contains("cluster_state:ok"));
            assertThat(durability(master, cluster)).isEqualTo(Durability.POWER_LOSS);

            replica.say("CLUSTER MEET 127.0.0.1 " + master.port());
            String id = master.say("CLUSTER MYID").lines().skip(1).findFirst().orElseThrow();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> replica.say("CLUSTER REPLICATE " + id).startsWith("+OK"));
            awaitReplica(master);
            assertThat(durability(master, cluster)).isEqualTo(Durability.MEMORY);
        }
    }

    private static void awaitReplica(RedisProcess master) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> master.say("INFO replication").contains("state=online"));
    }

    @Test
    void aServerThatDoesNotTellGivesWhatTheSettingSays() {
        try (RedisProcess server = RedisProcess.start("--rename-command CONFIG nobody-knows")) {
            assertThat(durability(server, Map.of())).isEqualTo(Durability.MEMORY);
            assertThat(durability(server, Map.of("durability", "process-crash")))
                    .isEqualTo(Durability.PROCESS_CRASH);
        }
    }

    @Test
    void aServerThatEvictsWhenItIsFullIsRefused() {
        try (RedisProcess server = RedisProcess.start("--maxmemory 100mb", "--maxmemory-policy volatile-lru")) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> durability(server, Map.of()))
                    .withMessageContaining("maxmemory-policy")
                    .withMessageContaining("noeviction");
        }
    }

    @Test
    void aReplicaTakesNoWrites() {
        try (RedisProcess master = RedisProcess.start();
                RedisProcess replica = RedisProcess.start("--replicaof 127.0.0.1 " + master.port());
                Storage store = RedisUnderTest.at(replica.url()).open()) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> store.commit(Sample.turn(1)))
                    .withMessageContaining("replica");
        }
    }

    private static Durability durability(RedisProcess server, Map<String, String> settings) {
        try (Storage store = RedisUnderTest.at(server.url()).with(settings).open()) {
            return store.durability();
        }
    }
}
