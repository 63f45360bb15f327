package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.redis.Sample.TENANT;
import static org.copilotframework.storage.redis.Sample.payload;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A store of form 1, which listed neither the steps of a run ({@code px:}) nor the agents that have something due
 * ({@code agents}), goes on with all that is in it.
 */
class RedisUpgradeTest {
    private static final TenantId OTHER = new TenantId("umbrella");
    private static final int MANY = 60;

    private static RedisProcess server;
    private final Shards shards = new Shards("cp", 16);
    private Storage store;

    @BeforeAll
    static void start() {
        server = RedisProcess.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() {
        server.say("FLUSHALL");
        store = RedisUnderTest.at(server.url()).open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void stepsAndOverdueRunsAreFoundAndAllElseIsThere() {
        byHand();
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(store::check)
                .withMessageContainingAll("form 1", "form 2", "stop all processes", "copilot migrate");

        store.migrate();
        store.check();

        assertThat(steps(TENANT, "r1")).containsExactly(step("a", "1"), new StepRecord("b", null));
        assertThat(steps(TENANT, "r2")).containsExactly(step("a", "2"));
        assertThat(overdue()).containsExactlyInAnyOrder("r1", "r3");
        assertThat(store.sessions().head(TENANT, Sample.SESSION).orElseThrow().version())
                .isEqualTo(1);
        assertThat(store.runs().list(TENANT, null, null, 10)).hasSize(2);
        assertThat(store.runs().claim("me", List.of("docs"), Duration.ofHours(1), 10))
                .extracting(run -> run.head().id().value())
                .containsExactlyInAnyOrder("r1", "r3");
        assertThat(ttl(shards.base(TENANT) + "px:acme:r2"))
                .as("the steps of a run that ends are listed no longer than the run is kept")
                .isBetween(1L, 60_000L);
        assertThat(store.erase(TENANT)).isPositive();
        assertThat(store.erase(OTHER)).isPositive();
        assertThat(store.tenants(null, 10)).isEmpty();
    }

    @Test
    void aLargeStoreIsBroughtOnInPieces() {
        large();
        store.migrate();
        assertLarge();
    }

    @Test
    void whatWasCutShortIsRefusedAndThenFinished() {
        large();
        server.say("HSET cp:schema form 2 unfinished 1");
        assertThat(steps(TENANT, "many-0")).isEmpty();
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(store::check)
                .withMessageContainingAll("on its way from form 1", "copilot migrate");

        store.migrate();
        assertLarge();
        assertThat(server.say("HGET cp:schema unfinished")).startsWith("$-1");
        store.migrate();
        assertLarge();
    }

    @Test
    void severalProcessesMayDoItAtOnce() {
        large();
        IntStream.range(0, 8).parallel().forEach(i -> store.migrate());
        assertLarge();
    }

    /** As form 1 wrote it, key by key: a session, a run that is due, one that has ended, and one of another tenant. */
    private void byHand() {
        String base = shards.base(TENANT);
        long now = Instant.now().toEpochMilli();
        say("HSET cp:schema owner copilot-framework form 1 shards 16");
        say("ZADD " + base + "tenants 0 acme");
        say("HSET " + base + "s:acme:s1 v 1 f 2 c " + now);
        say("ZADD " + base + "sx:acme 0 s1");
        run(base, "acme", "r1", "SUBMITTED", now);
        say("HSET " + base + "r:acme:r1 d 1000");
        say("ZADD " + base + "due:docs 1000 acme:r1");
        say("HSET " + base + "p:acme:r1 a =1");
        say("HSET " + base + "p:acme:r1 b \"\"");
        run(base, "acme", "r2", "COMPLETED", now);
        say("HSET " + base + "p:acme:r2 a =2");
        say("HSET " + base + "r:acme:r2 x " + (now + 60_000));
        say("PEXPIREAT " + base + "r:acme:r2 " + (now + 60_000));
        say("PEXPIREAT " + base + "p:acme:r2 " + (now + 60_000));
        say("ZADD " + base + "exp " + (now + 60_000) + " r:acme:r2");
        String others = shards.base(OTHER);
        say("ZADD " + others + "tenants 0 umbrella");
        run(others, "umbrella", "r3", "WORKING", now);
        say("HSET " + others + "r:umbrella:r3 h died d 2000");
        say("ZADD " + others + "due:docs 2000 umbrella:r3");
    }

    private void run(String base, String tenant, String id, String state, long now) {
        say("HSET " + base + "r:" + tenant + ":" + id + " f 1 g docs i in c " + now + " k " + id + "/0 t " + state
                + " a 1 n 0 m " + now);
        say("ZADD " + base + "rx:" + tenant + " 0 " + id);
        say("ZADD " + base + "rx:" + tenant + ":" + state + " 0 " + id);
    }

    private static void say(String line) {
        assertThat(server.say(line)).as(line).doesNotStartWith("-");
    }

    /** More than one script lists at once, as this version writes it and without what form 1 did not. */
    private void large() {
        store.migrate();
        for (TenantId tenant : List.of(TENANT, OTHER)) {
            for (int run = 0; run < MANY; run++) {
                RunId id = new RunId("many-" + run);
                Commit.Builder commit = Commit.in(tenant)
                        .start(new RunStart(
                                id,
                                id + "/0",
                                "agent-" + run % 3,
                                null,
                                RunState.SUBMITTED,
                                1,
                                payload("in"),
                                null,
                                null,
                                Due.now(),
                                null));
                IntStream.range(0, 25).forEach(step -> commit.step(step("step-" + (10 + step), "done")));
                store.commit(commit.build());
            }
            String base = shards.base(tenant);
            say("DEL " + base + "agents");
            IntStream.range(0, MANY).forEach(run -> say("DEL " + base + "px:" + tenant + ":many-" + run));
        }
        say("HSET cp:schema form 1");
    }

    private void assertLarge() {
        assertThatCode(store::check).doesNotThrowAnyException();
        for (TenantId tenant : List.of(TENANT, OTHER)) {
            assertThat(IntStream.range(0, MANY).mapToObj(run -> steps(tenant, "many-" + run)))
                    .allSatisfy(steps -> assertThat(steps).hasSize(25));
        }
        assertThat(store.runs().overdue(Duration.ZERO, List.of("agent-0", "agent-1"), 100))
                .hasSize(2 * MANY / 3)
                .allSatisfy(run -> assertThat(run.agent()).isEqualTo("agent-2"));
        RunLease first = new RunLease(TENANT, new RunId("many-0"), 1);
        assertThat(store.runs().retain(first, List.of(new StoredEvent(1, payload("e"))), 0))
                .isTrue();
    }

    private List<String> overdue() {
        return store.runs().overdue(Duration.ofMinutes(1), List.of(), 10).stream()
                .map(RunHead::id)
                .map(RunId::value)
                .toList();
    }

    private List<StepRecord> steps(TenantId tenant, String run) {
        return store.runs().steps(tenant, new RunId(run), "", 100, Long.MAX_VALUE);
    }

    private static StepRecord step(String key, String result) {
        return new StepRecord(key, payload(result));
    }

    private static long ttl(String key) {
        return Long.parseLong(server.say("PTTL " + key).strip().substring(1));
    }
}
