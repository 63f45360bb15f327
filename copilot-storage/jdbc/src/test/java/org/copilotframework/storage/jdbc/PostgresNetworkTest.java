package org.copilotframework.storage.jdbc;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.copilotframework.storage.tck.NetworkFaultsKit;
import org.copilotframework.storage.tck.StoreUnderTest;

/** The kit's faults of the network, and a server that crashes. */
class PostgresNetworkTest extends NetworkFaultsKit {
    private static final TestDatabase STORE = TestDatabase.empty();

    @Override
    protected StoreUnderTest store() {
        return STORE;
    }

    @Override
    protected InetSocketAddress server() {
        return new InetSocketAddress("127.0.0.1", TestServer.port());
    }

    @Override
    protected StoreUnderTest through(InetSocketAddress proxy) {
        return STORE.through(proxy).with("timeout", "2s");
    }

    @Override
    protected void stopServer() throws IOException {
        TestServer.crash();
    }

    @Override
    protected void startServer() throws IOException {
        TestServer.startAgain();
    }
}
