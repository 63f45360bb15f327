package org.copilotframework.storage.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisServerAsyncCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.StorageUrl;

/** One connection, to a server or to a cluster, with the client's threads that belong to it. */
final class Connection implements AutoCloseable {
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final ClientResources resources;
    private final AbstractRedisClient client;
    private final StatefulConnection<String, byte[]> connection;
    private final Reconnects reconnects;
    private final RedisClusterAsyncCommands<String, byte[]> commands;

    /** How often a connection is tried whose greeting is cut off. */
    private static final int GREETINGS = 3;

    private Connection(
            ClientResources resources,
            AbstractRedisClient client,
            StatefulConnection<String, byte[]> connection,
            RedisClusterAsyncCommands<String, byte[]> commands) {
        this.resources = resources;
        this.client = client;
        this.connection = connection;
        this.reconnects = new Reconnects(resources);
        this.commands = commands;
    }

    static Connection open(StorageUrl url, RedisSettings settings) {
        List<RedisURI> servers = servers(url, settings);
        boolean cluster = settings.cluster() || servers.size() > 1;
        if (cluster && servers.get(0).getDatabase() != 0) {
            throw new InvalidRequestException(Faults.URL + ": a cluster has database 0 only; drop the path of the URL");
        }
        ClientResources resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .threadFactoryProvider(OwnLoader::threads)
                .reconnectDelay(
                        Delay.exponential(Duration.ofMillis(20), Duration.ofSeconds(1), 2, TimeUnit.MILLISECONDS))
                .build();
        AbstractRedisClient client = null;
        try {
            if (cluster) {
                RedisClusterClient made = RedisClusterClient.create(resources, servers);
                client = made;
                made.setOptions(clusterOptions(settings));
                StatefulRedisClusterConnection<String, byte[]> connection = patiently(() -> made.connect(CODEC));
                return new Connection(resources, made, connection, connection.async());
            }
            RedisClient made = RedisClient.create(resources, servers.get(0));
            client = made;
            made.setOptions(options(ClientOptions.builder(), settings).build());
            StatefulRedisConnection<String, byte[]> connection = patiently(() -> made.connect(CODEC));
            return new Connection(resources, made, connection, connection.async());
        } catch (RuntimeException failed) {
            shutdown(client, resources);
            throw failed;
        }
    }

    /**
     * Connects once more if the server has closed the connection while it was greeted: where it has refused the greeting, the
     * client sometimes tells of the closed connection and not of what was said before, and why it was closed is what counts.
     */
    private static <C> C patiently(Supplier<C> connect) {
        for (int left = GREETINGS - 1; ; left--) {
            try {
                return connect.get();
            } catch (RedisConnectionException failed) {
                if (left == 0 || !closedInGreeting(failed)) {
                    throw failed;
                }
            }
        }
    }

    private static boolean closedInGreeting(Throwable failed) {
        for (Throwable next = failed; next != null; next = next.getCause()) {
            if (next instanceof RedisCommandExecutionException) {
                return false;
            } else if ("Connection closed prematurely".equals(next.getMessage())) {
                return true;
            }
        }
        return false;
    }

    RedisClusterAsyncCommands<String, byte[]> commands() {
        return commands;
    }

    Reconnects reconnects() {
        return reconnects;
    }

    boolean isCluster() {
        return connection instanceof StatefulRedisClusterConnection;
    }

    /** The servers that take writes. */
    List<? extends RedisServerAsyncCommands<String, byte[]>> masters() {
        if (connection instanceof StatefulRedisClusterConnection<String, byte[]> cluster) {
            return cluster.getPartitions().stream()
                    .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM))
                    .map(node -> cluster.getConnection(node.getNodeId()).async())
                    .toList();
        }
        return List.of(commands);
    }

    @Override
    public void close() {
        connection.close();
        shutdown(client, resources);
    }

    private static List<RedisURI> servers(StorageUrl url, RedisSettings settings) {
        if (!url.parameters().isEmpty()) {
            throw new InvalidRequestException(Faults.URL + ": the URL of a Redis has no parameters; drop "
                    + String.join(", ", url.parameters().keySet()) + " and use the settings copilot.storage.redis.*");
        } else if (url.hosts().isEmpty()) {
            throw new InvalidRequestException(Faults.URL + ": names no host; expected is redis://host:port/database");
        } else if (!url.path().matches("(/[0-9]{0,4})?")) {
            throw new InvalidRequestException(
                    Faults.URL + ": the path of a Redis URL is the number of a database, such as /0");
        }
        int database = url.path().length() < 2 ? 0 : Integer.parseInt(url.path().substring(1));
        return url.hosts().stream()
                .map(host -> server(url, settings, host, database))
                .toList();
    }

    private static RedisURI server(StorageUrl url, RedisSettings settings, StorageUrl.Host host, int database) {
        RedisURI.Builder server = RedisURI.builder()
                .withHost(host.name())
                .withPort(host.port().orElse(6379))
                .withDatabase(database)
                .withTimeout(settings.connectTimeout())
                .withClientName("copilot");
        if (url.scheme().equals("rediss")) {
            server.withSsl(true).withVerifyPeer(SslVerifyMode.FULL);
        }
        url.password().ifPresent(password -> {
            char[] secret = password.toCharArray();
            String user = url.user().orElse("");
            if (user.isEmpty()) {
                server.withPassword(secret);
            } else {
                server.withAuthentication(user, secret);
            }
        });
        return server.build();
    }

    private static ClusterClientOptions clusterOptions(RedisSettings settings) {
        ClusterClientOptions.Builder options = ClusterClientOptions.builder();
        options(options, settings);
        return options.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(Duration.ofMinutes(1))
                        .build())
                .build();
    }

    private static <B extends ClientOptions.Builder> B options(B options, RedisSettings settings) {
        options.socketOptions(SocketOptions.builder()
                .connectTimeout(settings.connectTimeout())
                .keepAlive(true)
                .build());
        options.timeoutOptions(TimeoutOptions.enabled(settings.timeout()));
        // A command that was sent when the connection broke may have been done: it fails, and is not sent again behind
        // the
        // caller's back. One that was not sent yet waits for the next connection, as long as its time is not up.
        options.replayFilter(sent -> true);
        SslOptions.Builder ssl = SslOptions.builder().jdkSslProvider().handshakeTimeout(settings.connectTimeout());
        settings.tlsCa().ifPresent(file -> ssl.trustManager(Trust.in(file)));
        options.sslOptions(ssl.build());
        return options;
    }

    private static void shutdown(
            @org.jspecify.annotations.Nullable AbstractRedisClient client, ClientResources resources) {
        if (client != null) {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
