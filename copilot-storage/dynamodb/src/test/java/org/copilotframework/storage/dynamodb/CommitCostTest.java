package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.dynamodb.Sample.TENANT;
import static org.copilotframework.storage.dynamodb.Sample.begin;
import static org.copilotframework.storage.dynamodb.Sample.begun;
import static org.copilotframework.storage.dynamodb.Sample.payload;
import static org.copilotframework.storage.dynamodb.Sample.says;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** What a commit asks of DynamoDB does not grow with the session. */
class CommitCostTest {
    @Test
    void aCommitIsOneReadAndOneTransactionHoweverLongTheSession() {
        try (Storage storage = TableUnderTest.fresh().open()) {
            storage.migrate();
            List<String> tenth = List.of();
            List<String> last = List.of();
            for (int i = 1; i <= 30; i++) {
                int version = i;
                last = cost(SentRequests.of(() ->
                        storage.commit(says(version, payload("the same length"), Map.of("state", payload("v")), 5))));
                tenth = i == 10 ? last : tenth;
            }
            assertThat(last)
                    .isEqualTo(tenth)
                    .containsExactlyInAnyOrder("BatchGetItem", "Put", "Put", "Delete", "Put", "Delete");
        }
    }

    @Test
    void theEventsOfACommitAreOneMoreReadAndOneMoreItemHoweverManyThereAre() {
        try (Storage storage = TableUnderTest.fresh().open()) {
            storage.migrate();
            storage.commit(begin(begun("r1", RunState.INPUT_REQUIRED, Due.never())));
            for (int i = 1; i <= 20; i++) {
                RunChange change = new RunChange(
                        new RunId("r1"), i, "c" + i, RunState.INPUT_REQUIRED, i, null, null, Due.never(), null);
                Commit.Builder commit = Commit.in(TENANT).run(change);
                for (int event = 1; event <= i; event++) {
                    commit.event(new StoredEvent(100L * i + event, payload("event")));
                }
                assertThat(cost(SentRequests.of(() -> storage.commit(commit.build()))))
                        .containsExactlyInAnyOrder("BatchGetItem", "Query", "Put", "Put");
            }
        }
    }

    /** Turn, state and head are put, an old turn and the state before are deleted. */
    private static List<String> cost(List<SdkRequest> requests) {
        return requests.stream()
                .flatMap(request -> request instanceof TransactWriteItemsRequest transaction
                        ? transaction.transactItems().stream().map(CommitCostTest::kind)
                        : java.util.stream.Stream.of(
                                request.getClass().getSimpleName().replace("Request", "")))
                .toList();
    }

    private static String kind(TransactWriteItem item) {
        return item.put() != null ? "Put" : item.delete() != null ? "Delete" : "Other";
    }
}
