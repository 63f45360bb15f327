package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The grants that the README gives are enough, and none is too much. */
class RedisGrantsTest {
    private static RedisProcess server;
    private static String grants;
    private static String clusterGrants;

    @BeforeAll
    static void start() throws IOException {
        Matcher line = Pattern.compile("ACL SETUSER copilot (?:on >\\S+ )?(.*)")
                .matcher(Files.readString(Path.of("README.md")));
        assertThat(line.find()).as("the README gives the grants").isTrue();
        grants = line.group(1);
        assertThat(line.find()).as("a second line for a cluster").isTrue();
        clusterGrants = line.group(1);
        server = RedisProcess.start("--appendonly yes", "--appendfsync always");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theGrantsOfTheReadmeAreEnough() {
        try (Storage store = open(grants)) {
            assertThat(store.durability()).isEqualTo(Durability.POWER_LOSS);
            useAll(store);
        }
    }

    @Test
    void noGrantOfTheReadmeIsTooMuch() {
        List<String> all = List.of(grants.split(" "));
        for (String grant : all) {
            String others = all.stream().filter(other -> !other.equals(grant)).collect(Collectors.joining(" "));
            assertThat(works(others)).as("without " + grant).isFalse();
        }
    }

    @Test
    void anotherDatabaseNeedsTheGrantToSelectIt() {
        String url = "redis://copilot:secret@127.0.0.1:" + server.port() + "/3";
        grant(grants);
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> RedisUnderTest.at(url).open());
        grant(grants + " +select");
        RedisUnderTest.at(url).open().close();
    }

    @Test
    void aClusterNeedsTheGrantsOfItsLine() {
        try (RedisProcess node = RedisProcess.start("--cluster-enabled yes")) {
            node.takeSlots(0, 16384);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> node.say("CLUSTER INFO").contains("cluster_state:ok"));
            assertThat(node.say("ACL SETUSER copilot on >secret " + grants + " " + clusterGrants))
                    .startsWith("+OK");
            String url = "redis://copilot:secret@127.0.0.1:" + node.port();
            try (Storage store =
                    RedisUnderTest.at(url).with(Map.of("cluster", "true")).open()) {
                store.migrate();
                store.commit(Sample.whole(1));
            }
        }
    }

    @Test
    void aUserWhoMayNotDoAllIsRefusedBeforeAnythingIsHalfWritten() {
        for (String command : List.of("hset", "xadd", "zrem", "eval")) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .as(command)
                    .isThrownBy(() -> open("~* +@all -" + command))
                    .withMessageContaining("NOPERM")
                    .withMessageContaining("grants");
        }
    }

    @Test
    void aServerWithoutACommandIsRefused() {
        for (String command : List.of("XADD", "EVALSHA")) {
            try (RedisProcess other = RedisProcess.start("--rename-command " + command + " nobody-knows")) {
                assertThatExceptionOfType(InvalidRequestException.class)
                        .as(command)
                        .isThrownBy(() -> RedisUnderTest.at(other.url()).open())
                        .withMessageContaining("Redis 6.2");
            }
        }
    }

    @Test
    void aUserWhoLosesAGrantLaterFindsTheStoreUnavailable() {
        try (Storage store = open("~* +@all")) {
            server.say("FLUSHALL");
            server.say("ACL SETUSER copilot -@all");
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> store.commit(Sample.whole(1)))
                    .withMessageContaining("grants");
        }
    }

    private static boolean works(String some) {
        try (Storage store = open(some)) {
            useAll(store);
            return store.durability() == Durability.POWER_LOSS;
        } catch (InvalidRequestException | UnavailableException refused) {
            return false;
        }
    }

    private static Storage open(String some) {
        grant(some);
        return RedisUnderTest.at("redis://copilot:secret@127.0.0.1:" + server.port())
                .open();
    }

    private static void grant(String some) {
        server.say("SCRIPT FLUSH");
        server.say("ACL DELUSER copilot");
        assertThat(server.say("ACL SETUSER copilot on >secret " + some)).startsWith("+OK");
    }

    private static void useAll(Storage store) {
        server.say("FLUSHALL");

        RunId run = new RunId("r1");
        String base = new Shards("cp", 16).base(new TenantId("early"));
        server.say("HSET cp:schema owner copilot-framework form 1 shards 16");
        server.say("ZADD " + base + "tenants 0 early");
        server.say("ZADD " + base + "rx:early 0 r0");
        store.migrate();
        store.erase(new TenantId("early"));
        store.check();
        store.commit(Sample.whole(1));
        store.sessions().head(Sample.TENANT, Sample.SESSION);
        store.sessions().turns(Sample.TENANT, Sample.SESSION, 1, 1, 1);
        store.sessions().list(Sample.TENANT, null, 1);
        store.runs().list(Sample.TENANT, null, null, 1);
        store.commit(Commit.in(Sample.TENANT)
                .run(new RunChange(run, 1, "c", RunState.SUBMITTED, 2, null, null, Due.now(), null))
                .step(new StepRecord("begun", null))
                .build());
        store.runs().claim("me", List.of("docs"), Duration.ofHours(1), 1);
        store.runs().renew(List.of(), Duration.ofHours(1));
        store.runs().remaining(Sample.TENANT, run);
        store.runs()
                .retain(new RunLease(Sample.TENANT, run, 3), List.of(new StoredEvent(1, Sample.payload("event"))), 1);
        store.runs().events(Sample.TENANT, run, 0, 1, 1);
        store.runs().find(Sample.TENANT, run);
        store.runs().step(Sample.TENANT, run, "step");
        store.runs().steps(Sample.TENANT, run, "", 1, Long.MAX_VALUE);
        store.values().get(Sample.TENANT, "v1");
        store.values().add(Sample.TENANT, "count", 1, Duration.ofHours(1));
        store.values().add(Sample.TENANT, "count", 1, Duration.ofHours(1));
        store.values().remaining(Sample.TENANT, "count");
        store.values().list(Sample.TENANT, "", "", 10, Long.MAX_VALUE);
        List<OutboxRecord> messages = store.outbox().read(10, Long.MAX_VALUE);
        store.outbox().readAfter(messages.get(0), 10, Long.MAX_VALUE);
        store.outbox().remove(messages);
        store.beginSession(Sample.TENANT, new SessionId("begun"), 10);
        store.runs().overdue(Duration.ZERO, List.of(), 10);
        store.sweep(new Retention(Duration.ofDays(1)), 10);
        store.tenants(null, 10);
        store.erase(Sample.TENANT);
        store.runs().overdue(Duration.ZERO, List.of(), 10);
        assertThat(server.say("DBSIZE").strip())
                .as("the mark, the sequence and an empty stream")
                .isEqualTo(":3");
    }
}
