package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.tck.Fixtures.LONG;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.turn;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** Whoever opens the store sees what is in it, now and later. For stores that are more than {@link Durability#MEMORY}. */
abstract class SharingKit extends Theme {
    @Test
    void moreThanThisProcessIsPromised() {
        assertThat(storage().durability()).isNotEqualTo(Durability.MEMORY);
    }

    @Test
    void whatOneHasCommittedTheOtherSeesAtOnce() {
        try (Storage other = store().open()) {
            for (int i = 1; i <= 10; i++) {
                (i % 2 == 0 ? other : storage())
                        .commit(Commit.in(tenant())
                                .session(says(SESSION, "r" + i, i))
                                .value(ValueChange.insert("v" + i, payload("x"), null))
                                .build());
                Storage reader = i % 2 == 0 ? storage() : other;
                assertThat(reader.sessions().head(tenant(), SESSION)).get().returns((long) i, head -> head.version());
                assertThat(reader.values().get(tenant(), "v" + i)).isPresent();
            }
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> other.commit(Commit.in(tenant())
                            .session(says(SESSION, "late", 10))
                            .build()));
        }
    }

    @Test
    void ofTwoWhoHaveOpenedItAndReceiveOneMessageAtOnceOneDoesItsWork() throws Exception {
        try (Storage other = store().open()) {
            InboxKit.receiveAtOnce(tenant(), List.of(storage(), other, storage(), other));
        }
    }

    @Test
    void allIsThereAfterClosingAndOpening() {
        try (Storage first = store().open()) {
            first.commit(Commit.in(tenant())
                    .session(says(SESSION, "r1", 1, Map.of("k", payload("v"))))
                    .start(queued("r1", agent()))
                    .step(new StepRecord("s", payload("x")))
                    .value(ValueChange.insert("v", payload("x"), LONG))
                    .message(new OutboxMessage("t", "k", payload("x")))
                    .build());
            RunLease lease = new RunLease(tenant(), new RunId("r1"), 1);
            first.runs().retain(lease, List.of(new StoredEvent(1, payload("e"))), 0);
            first.values().add(tenant(), "count", 5, null);
        }
        try (Storage second = store().open()) {
            second.check();
            assertThat(second.sessions().turns(tenant(), SESSION, 1, 1, 1)).containsExactly(turn("r1", 1));
            assertThat(second.sessions().head(tenant(), SESSION).orElseThrow().state())
                    .isEqualTo(Map.of("k", payload("v")));
            assertThat(second.runs().step(tenant(), new RunId("r1"), "s")).isPresent();
            assertThat(second.runs().events(tenant(), new RunId("r1"), 0, 1, 1)).hasSize(1);
            assertThat(second.values().get(tenant(), "v")).isPresent();
            assertThat(second.values().add(tenant(), "count", 1, null)).isEqualTo(6);
            assertThat(second.outbox().read(1000, Long.MAX_VALUE))
                    .extracting("tenant")
                    .contains(tenant());
            assertThat(second.runs().claim("me", List.of(agent()), LONG, 10)).hasSize(1);
        }
    }

    @Test
    void theRunsOfOneThatHasDiedAreTakenByTheOther() {
        commit(queued("r1", agent()));
        RunRecord mine;
        try (Storage dying = store().open()) {
            mine = dying.runs()
                    .claim("dying", List.of(agent()), Duration.ofMillis(300), 10)
                    .get(0);
        }
        eventually()
                .until(() -> !storage()
                        .runs()
                        .claim("heir", List.of(agent()), LONG, 10)
                        .isEmpty());

        assertThat(run("r1").head().attempt()).isEqualTo(2);
        RunLease lost = new RunLease(tenant(), mine.head().id(), mine.head().fence());
        assertThat(storage().runs().renew(List.of(lost), LONG)).containsExactly(lost);
    }
}
