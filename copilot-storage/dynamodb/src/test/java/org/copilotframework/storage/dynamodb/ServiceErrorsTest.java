package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.storage.dynamodb.Sample.TENANT;
import static org.copilotframework.storage.dynamodb.Sample.payload;
import static org.copilotframework.storage.dynamodb.Sample.queued;
import static org.copilotframework.storage.dynamodb.Sample.turn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.storage.dynamodb.AnsweringProxy.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** What DynamoDB says when it is busy, in doubt or unwilling, and what becomes of it. */
class ServiceErrorsTest {
    private static final String TRANSACTION = "TransactWriteItems";

    private final AnsweringProxy proxy =
            new AnsweringProxy(TableUnderTest.server().port());
    private final String table = TableUnderTest.fresh().table();
    private Storage storage;

    @BeforeEach
    void open() {
        storage = proxy.table(table, Map.of("timeout", "20s", "deletion-protection", "false"))
                .open();
        storage.migrate();
    }

    @AfterEach
    void close() {
        storage.close();
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ProvisionedThroughputExceededException",
                "ThrottlingException",
                "RequestLimitExceeded",
                "TransactionInProgressException"
            })
    void aCommitThatIsThrottledForAWhileIsMadeOnce(String code) {
        proxy.rule((operation, number, body) ->
                operation.equals(TRANSACTION) && number < 5 ? Optional.of(Answer.error(code)) : Optional.empty());
        assertThat(storage.commit(turn(1)).repeated()).isFalse();

        assertThat(proxy.requests()).isGreaterThanOrEqualTo(5);
        assertThat(storage.commit(turn(1)).repeated()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
    void aTransactionThatIsCanceledForTheMomentIsSentAgain(String reason) {
        proxy.rule((operation, number, body) -> operation.equals(TRANSACTION) && number < 4
                ? Optional.of(Answer.canceled("None", reason))
                : Optional.empty());
        assertThat(storage.commit(turn(1)).repeated()).isFalse();
    }

    @Test
    void aTransactionThatIsCanceledByAConditionIsDecidedAnew() {
        proxy.rule((operation, number, body) -> operation.equals(TRANSACTION) && number == 2
                ? Optional.of(Answer.canceled("ConditionalCheckFailed", "TransactionConflict"))
                : Optional.empty());
        assertThat(storage.commit(turn(1)).repeated()).isFalse();
        assertThat(proxy.requests()).as("read, write, read, write").isEqualTo(4);
    }

    @Test
    void aTransactionThatIsCanceledForItsContentIsInvalid() {
        proxy.rule((operation, number, body) -> operation.equals(TRANSACTION)
                ? Optional.of(Answer.canceled("None", "ValidationError"))
                : Optional.empty());
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> storage.commit(turn(1)));
    }

    @Test
    void whoIsThrottledForTooLongIsToldSo() {
        try (Storage hasty = proxy.table(table, Map.of("timeout", "3s")).open()) {
            proxy.rule((operation, number, body) -> Optional.of(Answer.error("ThrottlingException")));
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> hasty.commit(turn(1)))
                    .withMessageContaining("ThrottlingException")
                    .withMessageContaining("3000 ms (copilot.storage.dynamodb.timeout)")
                    .satisfies(error -> assertThat(error.retryAfter()).isPresent());
        }
        proxy.passAll();
        assertThat(storage.commit(turn(1)).repeated()).isFalse();
    }

    @Test
    void aFaultOfTheServerIsRetriedUnlessItCouldCountTwice() {
        proxy.rule((operation, number, body) ->
                number == 1 ? Optional.of(new Answer(500, "{\"__type\":\"InternalServerError\"}")) : Optional.empty());
        assertThat(storage.values().get(TENANT, "k")).isEmpty();
        assertThat(proxy.requests()).isEqualTo(2);

        proxy.rule((operation, number, body) -> operation.equals("UpdateItem")
                ? Optional.of(new Answer(500, "{\"__type\":\"InternalServerError\"}"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> storage.values().add(TENANT, "count", 1, null));
        assertThat(proxy.requests()).isEqualTo(1);
    }

    @Test
    void whatIsLeftOverIsReadAndDeletedInTheEnd() {
        proxy.rule((operation, number, body) -> operation.equals("BatchGetItem") && number < 3
                ? Optional.of(leftOver("\"Responses\":{},\"UnprocessedKeys\":", body))
                : Optional.empty());
        storage.commit(turn(1));
        assertThat(storage.commit(turn(1)).repeated()).isTrue();

        proxy.rule((operation, number, body) -> operation.equals("BatchWriteItem") && number < 5
                ? Optional.of(leftOver("\"UnprocessedItems\":", body))
                : Optional.empty());
        assertThat(storage.erase(TENANT)).isEqualTo(1);
        assertThat(storage.tenants(null, 10)).isEmpty();
    }

    @Test
    void aCommitInTheMiddleOfAnErasureLeavesNothingThatNobodySees() {
        storage.commit(turn(1));
        TableUnderTest direct =
                TableUnderTest.at(DynamoLocal.url(table, TableUnderTest.server().port()));
        try (Storage other = direct.open();
                DynamoDbClient client = direct.client()) {
            AtomicBoolean committed = new AtomicBoolean();
            proxy.rule((operation, number, body) -> {
                if (operation.equals("BatchWriteItem") && committed.compareAndSet(false, true)) {
                    other.commit(turn(2));
                }
                return Optional.empty();
            });
            assertThat(storage.erase(TENANT)).isEqualTo(1);
            assertThat(committed).isTrue();
            assertThat(client.scanPaginator(scan -> scan.tableName(table)).items())
                    .as("the version of the schema")
                    .hasSize(1);
        }
    }

    @Test
    void aTenantThatIsWrittenToAllTheWhileIsNotErasedAndThatIsTold() {
        storage.commit(turn(1));
        TableUnderTest direct =
                TableUnderTest.at(DynamoLocal.url(table, TableUnderTest.server().port()));
        try (Storage other = direct.open()) {
            AtomicInteger written = new AtomicInteger();
            proxy.rule((operation, number, body) -> {
                if (operation.equals("BatchWriteItem")) {
                    other.values()
                            .compareAndSet(
                                    TENANT, ValueChange.insert("k" + written.incrementAndGet(), payload("v"), null));
                }
                return Optional.empty();
            });
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> storage.erase(TENANT))
                    .withMessageContaining("erase it again");
        }
        proxy.passAll();
        assertThat(storage.erase(TENANT)).isPositive();
        assertThat(storage.tenants(null, 10)).isEmpty();
    }

    @Test
    void aPageOfTheOutboxFetchesLittleMoreThanItGives() {
        Payload content = Payload.of(new byte[50_000]);
        for (int i = 1; i <= 40; i++) {
            storage.commit(Commit.in(TENANT)
                    .start(queued("r" + i))
                    .message(new OutboxMessage("topic", "key" + i, content))
                    .build());
        }
        proxy.passAll();

        assertThat(storage.outbox().read(100, 100_000)).hasSize(2);
        assertThat(proxy.bytes()).isLessThan(400_000);
        assertThat(storage.outbox().read(100, Long.MAX_VALUE)).hasSize(40);
    }

    /** The whole request was not processed. */
    private static Answer leftOver(String name, String body) {
        return new Answer(200, "{" + name + body.substring("{\"RequestItems\":".length(), body.length() - 1) + "}");
    }

    @Test
    void whoseClockIsTooFarOffIsAskedAgainWithTheTimeThatTheAnswerTold() {
        proxy.rule((operation, number, body) ->
                number == 1 ? Optional.of(Answer.error("RequestTimeTooSkewed")) : Optional.empty());
        assertThat(storage.commit(turn(1)).repeated()).isFalse();
    }

    @Test
    void whoMayNotEnterIsToldSoAtOnceAndTheSecretIsNotShown() {
        for (String code : List.of("UnrecognizedClientException", "AccessDeniedException", "ExpiredTokenException")) {
            proxy.rule((operation, number, body) -> Optional.of(Answer.error(code)));
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> proxy.table(table, Map.of()).open())
                    .withMessageContaining(code)
                    .withMessageContaining("copilot.storage.url (in the environment DATABASE_URL)")
                    .satisfies(error -> {
                        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                            assertThat(String.valueOf(cause.getMessage())).doesNotContain("secret");
                        }
                    });
        }
    }

    @Test
    void whoLosesAPermissionLaterFindsTheStoreUnavailable() {
        proxy.rule((operation, number, body) -> Optional.of(Answer.error("AccessDeniedException")));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> storage.values().compareAndSet(TENANT, ValueChange.insert("k", payload("v"), null)))
                .withMessageContaining("AccessDeniedException");
    }

    @Test
    void aThreadThatIsInterruptedStopsWaiting() {
        proxy.rule((operation, number, body) -> Optional.of(Answer.error("ThrottlingException")));
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> storage.values().get(TENANT, "k"))
                .withMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aStoreThatIsClosedInTheMiddleOfACallIsUnavailable() {
        proxy.rule((operation, number, body) -> {
            storage.close();
            return Optional.of(Answer.error("ThrottlingException"));
        });
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> storage.values().get(TENANT, "k"));
    }
}
