package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.stream.IntStream;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store knows its own keys, and writes to no others. */
class RedisSchemaTest {
    private static RedisProcess server;
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
        store = open(Map.of());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aStoreIsCheckedAfterItWasMigrated() {
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(store::check)
                .withMessageContaining("copilot migrate");
        store.migrate();
        store.migrate();
        assertThatCode(store::check).doesNotThrowAnyException();
    }

    @Test
    void severalProcessesMayMigrateAtOnce() {
        IntStream.range(0, 20).parallel().forEach(i -> store.migrate());
        assertThatCode(store::check).doesNotThrowAnyException();
    }

    @Test
    void theNumberOfShardsIsFixed() {
        store.migrate();
        try (Storage other = open(Map.of("shards", "8"))) {
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(other::check)
                    .withMessageContaining("copilot.storage.redis.shards is 8; set it to 16");
            assertThatExceptionOfType(ConflictException.class).isThrownBy(other::migrate);
        }
    }

    @Test
    void twoStoresMayShareADatabaseByTheirPrefix() {
        store.migrate();
        try (Storage other = open(Map.of("prefix", "other", "shards", "1"))) {
            other.migrate();
            store.commit(Sample.turn(1));
            assertThat(other.tenants(null, 10)).isEmpty();
            assertThat(other.erase(Sample.TENANT)).isZero();
            assertThat(store.tenants(null, 10)).containsExactly(Sample.TENANT);
        }
    }

    @Test
    void aNewerFormIsRefused() {
        store.migrate();
        store.commit(Sample.turn(1));
        server.say("HSET cp:schema form 3");
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(store::check)
                .withMessageContaining("form 3")
                .withMessageContaining("form 2")
                .withMessageContaining("127.0.0.1:" + server.port())
                .withMessageContaining("copilot.storage.url (in the environment DATABASE_URL)");
        assertThatExceptionOfType(ConflictException.class).isThrownBy(store::migrate);
        server.say("HSET cp:schema form 2");
        store.check();
        assertThat(store.sessions().head(Sample.TENANT, Sample.SESSION))
                .as("what was there before")
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET cp:schema x", "HSET cp:schema name x", "SET {cp:3}:seq 1", "RPUSH {cp:3}:tenants x"})
    void keysOfAnotherApplicationAreAConflict(String foreign) {
        server.say(foreign);
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(store::migrate)
                .withMessageContaining("copilot.storage.redis.prefix");
        assertThat(server.say("EXISTS cp:schema").strip()).isEqualTo(foreign.contains("schema") ? ":1" : ":0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s:acme:s1",
                "t:acme:s1",
                "sx:acme",
                "day",
                "tenants",
                "r:acme:r1",
                "p:acme:r1",
                "px:acme:r1",
                "rx:acme",
                "agents",
                "rx:acme:SUBMITTED",
                "due:docs",
                "exp",
                "k:acme:v1",
                "kx:acme",
                "seq",
                "ox",
                "oc"
            })
    void aKeyOfAnotherTypeStopsACommitBeforeAnythingIsWritten(String key) {
        store.migrate();
        String base = new Shards("cp", 16).base(Sample.TENANT);
        server.say("RPUSH " + base + key + " foreign");

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> store.commit(Sample.whole(1)))
                .withMessageContaining("not ours");
        assertThat(server.say("DBSIZE").strip())
                .as("the mark and the foreign key")
                .isEqualTo(":2");
    }

    private static Storage open(Map<String, String> settings) {
        return RedisUnderTest.at(server.url()).with(settings).open();
    }
}
