package org.copilotframework.app;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;
import org.copilotframework.storage.tck.FaultProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;

/** Stores that fall silent for longer than a caller waits, and may themselves be silent for long. */
class StalledStoreTest {
    @TempDir
    static Path shared;

    private static EmbeddedPostgres postgres;
    private static RedisServer redis;
    private static LocalDynamo dynamo;
    private static int redisPort;

    @TempDir
    Path folder;

    @BeforeAll
    static void startServers() throws IOException, SQLException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE stalled LOGIN PASSWORD 'p@ss:w'");
            statement.execute("CREATE DATABASE stalled OWNER stalled");
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            redisPort = socket.getLocalPort();
        }
        redis = RedisServer.newRedisServer()
                .port(redisPort)
                .bind("127.0.0.1")
                .setting("appendonly no")
                .setting("dir " + shared)
                .build();
        redis.start();
        dynamo = new LocalDynamo(shared.resolve("dynamodb-local"));
    }

    @AfterAll
    static void stopServers() throws IOException, InterruptedException {
        postgres.close();
        redis.stop();
        dynamo.close();
    }

    @Test
    void aCallIsAnsweredAtItsDeadlineWhileItsRequestsToTheStoreAreStalled() throws Exception {
        callsWithStalls(FaultProxy::stallBefore);
    }

    @Test
    void aCallIsAnsweredAtItsDeadlineWhileTheResponsesOfTheStoreAreStalled() throws Exception {
        callsWithStalls(FaultProxy::stallAfter);
    }

    /** On all stores side by side, since they do little but wait. */
    private void callsWithStalls(ObjIntConsumer<FaultProxy> stall) throws Exception {
        List<StalledCalls> stores = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            stores.add(store(
                    "postgresql",
                    "jdbc",
                    postgres.getPort(),
                    port -> "postgresql://stalled:p@ss:w@127.0.0.1:" + port + "/stalled"));
            stores.add(store("redis", "redis", redisPort, port -> "redis://127.0.0.1:" + port));
            stores.add(store("dynamodb", "dynamodb", dynamo.port(), port -> LocalDynamo.url("agents", port)));
            List<Future<?>> calls = new ArrayList<>();
            for (StalledCalls store : stores) {
                calls.add(threads.submit(() -> {
                    store.withStalls(stall);
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        } finally {
            threads.shutdownNow();
            stores.forEach(StalledCalls::close);
        }
    }

    /** Redis and DynamoDB come as they are published, since the program does not know them. */
    private StalledCalls store(String name, String settings, int port, IntFunction<String> url) throws IOException {
        Path plugins = Files.createDirectories(folder.resolve(name).resolve("plugins"));
        Path archive = Path.of(System.getProperty("copilot.test.providers"), name + ".zip");
        if (Files.exists(archive)) {
            Files.copy(archive, plugins.resolve(name + ".zip"));
        }
        return new StalledCalls(
                name,
                port,
                url,
                Map.of("copilot.storage." + settings + ".timeout", "2m"),
                folder.resolve(name).resolve("home"),
                plugins);
    }
}
