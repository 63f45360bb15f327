package org.copilotframework.storage.dynamodb;

import java.net.InetSocketAddress;
import java.util.Map;
import org.copilotframework.storage.tck.NetworkFaultsKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.junit.jupiter.api.AfterAll;

/** In a server of its own, which is stopped and started again. */
class DynamoFaultsTest extends NetworkFaultsKit {
    private final DynamoLocal own = DynamoLocal.onDisk();
    private final TableUnderTest table = TableUnderTest.at(own.url("faults"));

    @Override
    protected StoreUnderTest store() {
        return table;
    }

    @Override
    protected InetSocketAddress server() {
        return new InetSocketAddress("127.0.0.1", own.port());
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

    @AfterAll
    void endServer() {
        own.close();
    }
}
