package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.storage.tck.StorageKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three masters share the slots: every commit must find all its keys on one of them. */
class RedisClusterTest extends StorageKit {
    private static final List<RedisProcess> nodes = new ArrayList<>();

    @BeforeAll
    static void formCluster() {
        for (int i = 0; i < 3; i++) {
            nodes.add(RedisProcess.start(
                    "--cluster-enabled yes",
                    "--cluster-require-full-coverage no",
                    "--cluster-node-timeout 1000",
                    "--appendonly yes",
                    i == 2 ? "--appendfsync no" : "--appendfsync always"));
            nodes.get(i).takeSlots(i * 16384 / 3, (i + 1) * 16384 / 3);
            nodes.get(i).say("CLUSTER MEET 127.0.0.1 " + nodes.get(0).port());
        }
        awaitCluster();
        try (Storage store = clustered().open()) {
            store.migrate();
        }
    }

    private static void awaitCluster() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> nodes.stream()
                        .map(node -> node.say("CLUSTER INFO"))
                        .allMatch(info -> info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")));
    }

    @AfterAll
    static void end() {
        nodes.forEach(RedisProcess::close);
    }

    @Override
    protected StoreUnderTest store() {
        return clustered();
    }

    private static RedisUnderTest clustered() {
        return RedisUnderTest.at(nodes.get(0).url()).with(Map.of("cluster", "true"));
    }

    @Test
    void severalHostsMeanACluster() {
        String url = nodes.get(1).url() + ",127.0.0.1:" + nodes.get(2).port();
        try (Storage store = RedisUnderTest.at(url).open()) {
            store.check();
            assertThat(store.durability()).as("the least of the nodes").isEqualTo(Durability.PROCESS_CRASH);
        }
    }

    @Test
    void tenantsOfOtherNodesAreServedWhileOneIsAway() {
        TenantId away = tenantOn(2);
        TenantId here = tenantOn(0);
        try (Storage store =
                new RedisUnderTest(nodes.get(0).url(), Map.of("cluster", "true", "timeout", "500ms")).open()) {
            store.commit(queued(away, "outage"));
            store.commit(queued(here, "outage"));
            nodes.get(2).kill();
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> store.commit(Sample.turn(away, 1, Sample.payload("lost"))));
            assertThat(store.commit(Sample.turn(here, 1, Sample.payload("made")))
                            .repeated())
                    .isFalse();
            assertThat(store.outbox().read(1000, Long.MAX_VALUE))
                    .extracting(message -> message.tenant())
                    .contains(here);
            List<RunRecord> taken = store.runs().claim("me", List.of("outage"), Duration.ofHours(1), 10);
            assertThat(taken).extracting(run -> run.head().tenant()).containsExactly(here);
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> store.runs().claim("me", List.of("outage"), Duration.ofHours(1), 10));
        } finally {
            nodes.get(2).resume();
            awaitCluster();
        }
        try (Storage store = store().open()) {
            assertThat(store.runs().claim("me", List.of("outage"), Duration.ofHours(1), 10))
                    .extracting(run -> run.head().tenant())
                    .containsExactly(away);
            assertThat(store.erase(away) + store.erase(here)).isEqualTo(5);
        }
    }

    private static Commit queued(TenantId tenant, String agent) {
        RunStart run = new RunStart(
                new RunId("r1"),
                "c",
                agent,
                null,
                RunState.SUBMITTED,
                1,
                Sample.payload("in"),
                null,
                null,
                Due.now(),
                null);
        return Commit.in(tenant)
                .start(run)
                .message(new OutboxMessage("runs", "r1", Sample.payload("told")))
                .build();
    }

    /** A tenant whose keys are on one of the nodes. */
    private static TenantId tenantOn(int node) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> new TenantId("outage-" + i))
                .filter(tenant -> SlotHash.getSlot(new Shards("cp", 16).base(tenant)) / 5462 == node)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNodeOfAClusterIsNotTakenForAServer() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RedisUnderTest.at(nodes.get(0).url()).open())
                .withMessageContaining("copilot.storage.redis.cluster");
    }

    @Test
    void tenantsOfAllNodesAreFoundClaimedReadAndErased() {
        Set<TenantId> tenants = new HashSet<>();
        try (Storage store = store().open()) {
            for (int i = 0; i < 40; i++) {
                TenantId tenant = new TenantId("cluster-" + i);
                tenants.add(tenant);
                store.commit(queued(tenant, "cluster-agent"));
            }
            assertThat(store.tenants(null, 1000)).containsAll(tenants);
            assertThat(store.runs().claim("me", List.of("cluster-agent"), Duration.ofHours(1), 100))
                    .extracting(run -> run.head().tenant())
                    .containsExactlyInAnyOrderElementsOf(tenants);
            assertThat(store.outbox().read(1000, Long.MAX_VALUE))
                    .extracting(message -> message.tenant())
                    .containsAll(tenants);
            assertThat(tenants.stream().mapToLong(store::erase).sum()).isEqualTo(80);
        }
    }
}
