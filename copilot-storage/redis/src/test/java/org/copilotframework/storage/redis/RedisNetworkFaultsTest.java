package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.copilotframework.storage.tck.NetworkFaultsKit;
import org.copilotframework.storage.tck.StoreUnderTest;
import org.junit.jupiter.api.AfterAll;

class RedisNetworkFaultsTest extends NetworkFaultsKit {
    private final RedisProcess server =
            RedisProcess.start("--appendonly yes", "--appendfsync always", "--lua-time-limit 50");
    private Socket only;

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

    @Override
    protected List<Throttling> throttlings() {
        return List.of(
                new Throttling(
                        "the memory is full",
                        () -> server.say("CONFIG SET maxmemory 1"),
                        () -> server.say("CONFIG SET maxmemory 0"),
                        "maxmemory"),
                new Throttling("there are too many clients", this::crowd, this::disperse, "maxclients"),
                new Throttling("a script does not end", this::busy, () -> server.say("SCRIPT KILL"), "SCRIPT KILL"));
    }

    /** The one client that there may be is the test's. */
    private void crowd() throws IOException {
        only = new Socket(InetAddress.getLoopbackAddress(), server.port());
        tell("CONFIG SET maxclients 1");
        tell("CLIENT KILL TYPE normal SKIPME yes");
    }

    private void disperse() throws IOException {
        tell("CONFIG SET maxclients 10000");
        only.close();
    }

    private void tell(String line) throws IOException {
        only.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        assertThat(only.getInputStream().read()).as(line).isIn((int) '+', (int) ':');
        while (only.getInputStream().read() != '\n') {
            // The rest of the reply.
        }
    }

    private void busy() {
        Thread endless = new Thread(() -> server.say("EVAL \"while true do end\" 0"));
        endless.setDaemon(true);
        endless.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> server.say("PING").contains("BUSY"));
    }
}
