package org.copilotframework.storage.redis;

import java.net.InetSocketAddress;
import java.util.Map;
import org.copilotframework.storage.tck.NetworkFaultsKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.junit.jupiter.api.AfterAll;

class RedisNetworkFaultsTest extends NetworkFaultsKit {
    private final RedisProcess server = RedisProcess.start("--appendonly yes", "--appendfsync always");

    @AfterAll
    void end() {
        server.close();
    }

    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.at(server.url());
    }

    @Override
    protected InetSocketAddress server() {
        return new InetSocketAddress("127.0.0.1", server.port());
    }

    @Override
    protected StoreUnderTest through(InetSocketAddress proxy) {
        String url = "redis://" + proxy.getHostString() + ":" + proxy.getPort();
        return new RedisUnderTest(url, Map.of("timeout", "1s", "connect-timeout", "1s"));
    }

    @Override
    protected void stopServer() {
        server.kill();
    }

    @Override
    protected void startServer() {
        server.resume();
    }
}
