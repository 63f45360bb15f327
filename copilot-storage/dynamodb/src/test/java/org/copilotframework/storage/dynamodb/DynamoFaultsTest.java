package org.copilotframework.storage.dynamodb;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.copilotframework.storage.tck.NetworkFaultsKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.junit.jupiter.api.AfterAll;

/** In a server of its own, which is stopped and started again. */
class DynamoFaultsTest extends NetworkFaultsKit {
    private final DynamoLocal own = DynamoLocal.lasting();
    private final TableUnderTest table = TableUnderTest.at(own.url("faults"));
    private final AnsweringProxy throttling = new AnsweringProxy(own.port());
    private volatile boolean throttled;

    @Override
    protected StoreUnderTest store() {
        return table;
    }

    @Override
    protected InetSocketAddress server() {
        return throttled ? throttling.address() : new InetSocketAddress("127.0.0.1", own.port());
    }

    @Override
    protected StoreUnderTest through(InetSocketAddress proxy) {
        return TableUnderTest.at(DynamoLocal.url("faults", proxy.getPort())).with(Map.of("timeout", "2s"));
    }

    @Override
    protected void stopServer() {
        own.stop();
    }

    @Override
    protected void startServer() {
        own.again();
    }

    /** DynamoDB Local knows no throttling, so what the service says comes from a proxy. */
    @Override
    protected List<Throttling> throttlings() {
        return Stream.of("ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded")
                .map(code -> new Throttling(
                        code,
                        () -> {
                            throttling.rule(
                                    (operation, number, body) -> Optional.of(AnsweringProxy.Answer.error(code)));
                            throttled = true;
                        },
                        () -> throttled = false,
                        "copilot.storage.dynamodb.timeout"))
                .toList();
    }

    @AfterAll
    void endServer() {
        throttling.close();
        own.close();
    }
}
