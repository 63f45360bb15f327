package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;

/** What a commit costs the server, counted in commands. */
class CommitCostTest {
    @Test
    void aCommitCostsTheSameHoweverLongTheSession() {
        try (RedisProcess server = RedisProcess.start();
                Storage store = RedisUnderTest.at(server.url()).open()) {
            store.migrate();
            store.commit(Sample.whole(1));
            Map<String, Integer> early = commandsOf(server, store, Sample.whole(2));
            for (int version = 3; version < 1000; version++) {
                store.commit(Sample.whole(version));
            }
            assertThat(commandsOf(server, store, Sample.whole(1000))).isEqualTo(early);
        }
    }

    private static Map<String, Integer> commandsOf(RedisProcess server, Storage store, Commit commit) {
        server.say("CONFIG RESETSTAT");
        store.commit(commit);
        Map<String, Integer> calls = new TreeMap<>();
        server.say("INFO commandstats")
                .lines()
                .filter(line ->
                        line.startsWith("cmdstat_") && !line.matches("cmdstat_(config|info|ping|hello|client).*"))
                .forEach(line -> calls.put(
                        line.substring(8, line.indexOf(':')),
                        Integer.valueOf(line.replaceFirst("[^=]*=([0-9]+),.*", "$1"))));
        assertThat(calls).containsEntry("evalsha", 1);
        return calls;
    }
}
