package org.copilotframework.storage.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisServerAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.copilotframework.api.spi.storage.StorageUrl;

/** The way to the server: runs scripts and waits for replies. Safe for use by several threads, which share one connection. */
final class RedisLink implements AutoCloseable {
    private final Connection connection;
    private volatile Faults faults;
    private final Duration patience;
    private volatile boolean closed;

    private RedisLink(Connection connection, Faults faults, Duration patience) {
        this.connection = connection;
        this.faults = faults;
        this.patience = patience;
    }

    static RedisLink open(StorageUrl url, RedisSettings settings) {
        Faults faults = new Faults(url.toString(), settings.prefix(), settings.timeout(), true);
        // Commands end by a time limit of their own; this one is only there so that nothing waits for ever.
        Duration patience = settings.timeout().multipliedBy(2).plusSeconds(1);
        try {
            return OwnLoader.within(() -> new RedisLink(Connection.open(url, settings), faults, patience));
        } catch (RuntimeException failed) {
            throw faults.of(failed);
        }
    }

    /** From now on a wrong setting is no longer the fault of whoever opens the store. */
    void opened() {
        faults = faults.opened();
    }

    /** Without its secrets, for messages. */
    String server() {
        return faults.server();
    }

    boolean isCluster() {
        return connection.isCluster();
    }

    Reply run(Script script, String base, Arguments arguments) {
        return await(() -> send(script, base, arguments));
    }

    /** Runs a script and does not wait. The server is shown the script itself when it does not know it. */
    CompletableFuture<Reply> send(Script script, String base, Arguments arguments) {
        String[] keys = {base};
        byte[][] values = arguments.toArray();
        CompletableFuture<List<Object>> reply = connection
                .commands()
                .<List<Object>>evalsha(script.sha(), ScriptOutputType.MULTI, keys, values)
                .toCompletableFuture();
        return reply.exceptionallyCompose(thrown -> isUnknown(thrown)
                        ? connection
                                .commands()
                                .<List<Object>>eval(script.text(), ScriptOutputType.MULTI, keys, values)
                                .toCompletableFuture()
                        : CompletableFuture.failedFuture(thrown))
                .thenApply(Reply::new);
    }

    <T> T ask(Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
        return await(() -> command.apply(connection.commands()).toCompletableFuture());
    }

    /** Asks each server that takes writes: the one there is, or the masters of a cluster. */
    <T> List<T> askEach(Function<RedisServerAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
        return connection.masters().stream()
                .map(master -> await(() -> command.apply(master).toCompletableFuture()))
                .toList();
    }

    /** Waits for all of what was sent at once. */
    <T> List<T> awaitAll(Supplier<List<CompletableFuture<T>>> sent) {
        return await(() -> {
            List<CompletableFuture<T>> all = sent.get();
            return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
        });
    }

    RuntimeException fault(Throwable thrown) {
        return faults.of(thrown, connection.reconnects().refusal());
    }

    RedisClusterAsyncCommands<String, byte[]> commands() {
        return connection.commands();
    }

    /**
     * Waits for a reply, also on a thread that was interrupted: the wait is short, and who gives up does not know what was
     * done. The interrupt is still there afterwards.
     */
    <T> T await(Supplier<CompletableFuture<T>> sent) {
        if (closed) {
            throw faults.closed();
        }
        boolean interrupted = Thread.interrupted();
        try {
            CompletableFuture<T> reply = OwnLoader.within(sent);
            long end = System.nanoTime() + patience.toNanos();
            while (true) {
                try {
                    return reply.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failed) {
            throw fault(failed.getCause() == null ? failed : failed.getCause());
        } catch (TimeoutException late) {
            throw fault(late);
        } catch (RuntimeException failed) {
            throw fault(failed);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            connection.close();
        }
    }

    private static boolean isUnknown(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        return cause instanceof RedisNoScriptException;
    }
}
