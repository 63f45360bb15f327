package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.storage.tck.CommitKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Three masters share the slots: every commit must find all its keys on one of them. */
class RedisClusterTest extends CommitKit {
    private static final List<RedisProcess> nodes = new ArrayList<>();

    private static void formCluster() {
        for (int i = 0; i < 3; i++) {
            nodes.add(RedisProcess.start(
                    "--cluster-enabled yes", "--appendonly yes", i == 2 ? "--appendfsync no" : "--appendfsync always"));
            nodes.get(i).takeSlots(i * 16384 / 3, (i + 1) * 16384 / 3);
            nodes.get(i).say("CLUSTER MEET 127.0.0.1 " + nodes.get(0).port());
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> nodes.stream()
                .map(node -> node.say("CLUSTER INFO"))
                .allMatch(info -> info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")));
    }

    @AfterAll
    static void end() {
        nodes.forEach(RedisProcess::close);
    }

    @Override
    protected StoreUnderTest store() {
        if (nodes.isEmpty()) {
            formCluster();
        }
        return new RedisUnderTest(nodes.get(0).url(), Map.of("cluster", "true"));
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
                RunStart run = new RunStart(
                        new RunId("r1"), "c", "cluster-agent", null, RunState.SUBMITTED, 1, Sample.payload("in"), null, null,
                        Due.now(), null);
                store.commit(Commit.in(tenant)
                        .start(run)
                        .message(new OutboxMessage("runs", "r1", Sample.payload("told")))
                        .build());
            }
            assertThat(store.tenants(null, 1000)).containsAll(tenants);
            assertThat(store.runs().claim("me", List.of("cluster-agent"), Duration.ofHours(1), 100))
                    .extracting(run -> run.head().tenant())
                    .containsExactlyInAnyOrderElementsOf(tenants);
            assertThat(store.outbox().read(1000)).extracting(message -> message.tenant()).containsAll(tenants);
            assertThat(tenants.stream().mapToLong(store::erase).sum()).isEqualTo(80);
        }
    }
}
