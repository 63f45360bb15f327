package org.copilotframework.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Cuts off whoever lets a handshake or headers come drop by drop. Jetty ends connections that are silent, and each byte breaks the
 * silence. Such a connection holds no thread, but it is one of those that are bounded.
 */
final class SlowConnections extends AbstractLifeCycle {
    private final ServerConnector connector;
    private final Duration longest;
    private Scheduler.@Nullable Task next;

    /**
     * Looks after a connector.
     *
     * @param longest how long it may take until a first request is there, and then headers of a further one
     */
    SlowConnections(ServerConnector connector, Duration longest) {
        this.connector = connector;
        this.longest = longest;
    }

    @Override
    protected void doStart() {
        plan();
    }

    @Override
    protected synchronized void doStop() {
        Scheduler.Task planned = next;
        if (planned != null) {
            planned.cancel();
        }
    }

    private synchronized void plan() {
        next = connector
                .getScheduler()
                .schedule(this::look, Math.max(1, longest.toMillis() / 4), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            connector.getConnectedEndPoints().stream().filter(this::isSlow).forEach(EndPoint::close);
        } finally {
            if (isRunning() || isStarting()) {
                plan();
            }
        }
    }

    private boolean isSlow(EndPoint endPoint) {
        Connection spoken = spoken(endPoint.getConnection());
        boolean old = System.currentTimeMillis() - endPoint.getCreatedTimeStamp() > longest.toMillis();
        if (spoken instanceof HttpConnection http) {
            // Jetty tells of headers that are on their way in no other place.
            HttpParser parser = http.getParser();
            boolean amidHeaders = parser.getState().ordinal() < HttpParser.State.CONTENT.ordinal() && !parser.isStart();
            return (amidHeaders && System.nanoTime() - parser.getBeginNanoTime() > longest.toNanos())
                    || (old && http.getMessagesIn() == 0);
        } else if (spoken instanceof HTTP2Connection http2) {
            return old && http2.getMessagesIn() == 0;
        }
        return old;
    }

    /** What is spoken within TLS; the handshake itself, if it is not over. */
    private static @Nullable Connection spoken(@Nullable Connection connection) {
        return connection instanceof SslConnection tls && tls.getSslEndPoint().getConnection() != null
                ? tls.getSslEndPoint().getConnection()
                : connection;
    }
}
