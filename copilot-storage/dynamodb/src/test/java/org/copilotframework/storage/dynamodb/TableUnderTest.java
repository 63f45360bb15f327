package org.copilotframework.storage.dynamodb;

import java.util.Map;
import java.util.UUID;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.storage.tck.StoreUnderTest;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

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

    /** A table that is not there yet, where {@link #shared()} is. */
    static TableUnderTest freshForKit() {
        String named = System.getenv("COPILOT_TEST_DYNAMODB_URL");
        return named == null
                ? fresh()
                : at(named.replaceFirst("(dynamodb://[^?]*?/[^/?]+)", "$1-" + UUID.randomUUID()));
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

    String table() {
        return Location.of(StorageUrl.parse(url)).table();
    }

    /** Not ours, to look at what is really there and to put something else in its place. */
    DynamoDbClient client() {
        return DynamoDbStorageProvider.client(
                Location.of(StorageUrl.parse(url)), context().settings(DynamoDbSettings.class));
    }

    @Override
    public StorageProvider provider() {
        return new DynamoDbStorageProvider();
    }

    /** DynamoDB Local makes about 100 writes a second. */
    @Override
    public int commits() {
        return Integer.getInteger("copilot.test.commits", 50);
    }

    /** Begun when first asked for; ends with the JVM, and is not stopped before: so it need not keep anything. */
    private static final class Shared {
        static final DynamoLocal SERVER = DynamoLocal.forgetful();
    }
}
