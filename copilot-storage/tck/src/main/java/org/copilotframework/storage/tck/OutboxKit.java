package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.says;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.junit.jupiter.api.Test;

/** Messages wait in the order of their commits until they are removed. */
abstract class OutboxKit extends Theme {
    private final AtomicInteger sent = new AtomicInteger();

    @Test
    void messagesWaitInTheOrderOfTheirCommitsUntilTheyAreRemoved() {
        send(tenant(), "a", "1", "2");
        send(tenant(), "a", "3");
        send(tenant(), "a", "4", "5");

        List<OutboxRecord> read = waiting();
        assertThat(contents(read)).containsExactly("1", "2", "3", "4", "5");
        assertThat(read).extracting(OutboxRecord::id).doesNotHaveDuplicates();
        assertThat(waiting()).isEqualTo(read);

        storage().outbox().remove(read.subList(0, 2));
        assertThat(contents(waiting())).containsExactly("3", "4", "5");
        storage().outbox().remove(List.of(read.get(1), read.get(3)));
        assertThat(contents(waiting())).containsExactly("3", "5");
        storage().outbox().remove(List.of());
        storage().outbox().remove(read);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void eachTenantAndKeyKeepsItsOrder() {
        for (int i = 1; i <= 12; i++) {
            TenantId tenant = i % 2 == 0 ? tenant() : neighbour();
            send(tenant, i % 3 == 0 ? "a" : "b", Integer.toString(i));
        }

        Map<String, List<Integer>> byKey = storage().outbox().read(1000, Long.MAX_VALUE).stream()
                .collect(Collectors.groupingBy(
                        record -> record.tenant().value().charAt(0)
                                + record.message().key(),
                        TreeMap::new,
                        Collectors.mapping(
                                record -> Integer.parseInt(
                                        Fixtures.text(record.message().content())),
                                Collectors.toList())));
        assertThat(byKey)
                .isEqualTo(Map.of(
                        "ta", List.of(6, 12),
                        "tb", List.of(2, 4, 8, 10),
                        "na", List.of(3, 9),
                        "nb", List.of(1, 5, 7, 11)));
    }

    @Test
    void thoseThatHaveWaitedLongestAreReadFirst() {
        for (int i = 1; i <= 5; i++) {
            send(tenant(), "a", Integer.toString(i));
        }
        List<String> relayed = new ArrayList<>();
        for (List<OutboxRecord> page = storage().outbox().read(2, Long.MAX_VALUE);
                !page.isEmpty();
                page = storage().outbox().read(2, Long.MAX_VALUE)) {
            assertThat(page.size()).isLessThanOrEqualTo(2);
            relayed.addAll(contents(page));
            storage().outbox().remove(page);
        }

        assertThat(relayed).containsExactly("1", "2", "3", "4", "5");
        for (int limit : new int[] {-1, 0, Outbox.MAX_PAGE + 1}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> storage().outbox().read(limit, Long.MAX_VALUE))
                    .withMessageContaining("limit");
        }
    }

    @Test
    void whoLeavesAMessageReadsOnBehindIt() {
        for (int i = 1; i <= 6; i++) {
            send(i % 2 == 0 ? tenant() : neighbour(), i % 3 == 0 ? "a" : "b", i + "/1", i + "/2");
        }
        List<OutboxRecord> all = storage().outbox().read(1000, Long.MAX_VALUE);
        assertThat(all).hasSize(12);
        for (int i = 0; i < all.size(); i++) {
            assertThat(storage().outbox().readAfter(all.get(i), 1000, Long.MAX_VALUE))
                    .isEqualTo(all.subList(i + 1, all.size()));
        }
        assertThat(storage().outbox().readAfter(all.get(3), 2, Long.MAX_VALUE)).isEqualTo(all.subList(4, 6));
        assertThat(storage().outbox().readAfter(all.get(3), 1000, 0)).isEqualTo(all.subList(4, 5));
        storage().outbox().remove(all.subList(1, 6));
        assertThat(storage().outbox().readAfter(all.get(4), 1000, Long.MAX_VALUE))
                .as("behind one that is gone")
                .isEqualTo(all.subList(6, 12));
        assertThat(storage().outbox().readAfter(all.get(0), 1000, Long.MAX_VALUE))
                .isEqualTo(all.subList(6, 12));
        assertThat(storage().outbox().read(1, Long.MAX_VALUE)).containsExactly(all.get(0));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> storage().outbox().readAfter(all.get(0), 0, Long.MAX_VALUE))
                .withMessageContaining("limit");
    }

    @Test
    void aRelayThatReadsWhileOthersCommitMissesNothingAndKeepsTheOrder() throws Exception {
        int writers = 4;
        int each = Math.max(5, store().commits() / 10 / writers);
        List<String> relayed = new ArrayList<>();
        try (Crowd crowd = new Crowd()) {
            for (int writer = 0; writer < writers; writer++) {
                String key = "k" + writer;
                crowd.add(() -> {
                    for (int i = 1; i <= each; i++) {
                        send(tenant(), key, key + " " + i);
                    }
                });
            }
            crowd.letGo();
            eventually().until(() -> {
                List<OutboxRecord> page = waiting();
                storage().outbox().remove(page);
                relayed.addAll(contents(page));
                return relayed.size() >= writers * each;
            });
        }
        for (int writer = 0; writer < writers; writer++) {
            String key = "k" + writer;
            assertThat(relayed)
                    .filteredOn(content -> content.startsWith(key + " "))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, each)
                            .mapToObj(i -> key + " " + i)
                            .toList());
        }
        assertThat(waiting()).isEmpty();
    }

    /** One commit with its messages. */
    private void send(TenantId tenant, String key, String... contents) {
        SessionId session = new SessionId("s" + sent.incrementAndGet());
        Commit.Builder commit = Commit.in(tenant).session(says(session, "r1", 1));
        for (String content : contents) {
            commit.message(new OutboxMessage("topic", key, payload(content)));
        }
        storage().commit(commit.build());
    }

    private static List<String> contents(List<OutboxRecord> records) {
        return records.stream()
                .map(record -> Fixtures.text(record.message().content()))
                .toList();
    }
}
