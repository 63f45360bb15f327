package org.copilotframework.storage.dynamodb;

import java.util.Map;
import java.util.UUID;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.StoreUnderTest;

/** A table in one DynamoDB Local for all tests, or the one that {@code COPILOT_TEST_DYNAMODB_URL} names. */
record TableUnderTest(String url, Map<String, String> settings) implements StoreUnderTest {
    /** DynamoDB Local is slow, and slower on a machine that has other things to do. */
    private static final Map<String, String> PATIENT = Map.of("timeout", "30s", "deletion-protection", "false");

    /** The table that the kit works in. */
    static TableUnderTest shared() {
        String named = System.getenv("COPILOT_TEST_DYNAMODB_URL");
        return at(named != null ? named : Shared.SERVER.url("kit"));
    }

    /** A table that is not there yet, in DynamoDB Local. */
    static TableUnderTest fresh() {
        return at(Shared.SERVER.url("t-" + UUID.randomUUID()));
    }

    static TableUnderTest at(String url) {
        return new TableUnderTest(url, PATIENT);
    }

    TableUnderTest with(Map<String, String> others) {
        return new TableUnderTest(url, others);
    }

    static DynamoLocal server() {
        return Shared.SERVER;
    }

    @Override
    public StorageProvider provider() {
        return new DynamoDbStorageProvider();
    }

    @Override
    public int commits() {
        return 100;
    }

    /** Begun when first asked for; ends with the JVM. */
    private static final class Shared {
        static final DynamoLocal SERVER = DynamoLocal.start();
    }
}
