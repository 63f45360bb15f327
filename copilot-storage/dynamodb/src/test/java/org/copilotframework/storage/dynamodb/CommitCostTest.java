package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.dynamodb.Sample.payload;
import static org.copilotframework.storage.dynamodb.Sample.says;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.spi.storage.Storage;
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
