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
    private static final int LINES = 10;

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
        long age = System.currentTimeMillis() - endPoint.getCreatedTimeStamp();
        if (spoken instanceof HttpConnection http) {
            // Empty lines before a request are no headers yet, and may be sent for a while.
            return isAmidHeaders(http.getParser()) || (age > LINES * longest.toMillis() && http.getMessagesIn() == 0);
        }
        boolean old = age > longest.toMillis();
        return spoken instanceof HTTP2Connection http2 ? old && http2.getMessagesIn() == 0 : old;
    }

    /** Whether the headers of a request have begun too long ago. Jetty tells of those that are on their way in no other place. */
    private boolean isAmidHeaders(HttpParser parser) {
        boolean begun = !parser.isStart() && parser.getState().ordinal() < HttpParser.State.CONTENT.ordinal();
        return begun && System.nanoTime() - parser.getBeginNanoTime() > longest.toNanos();
    }

    /** What is spoken within TLS; the handshake itself, if it is not over. */
    private static @Nullable Connection spoken(@Nullable Connection connection) {
        return connection instanceof SslConnection tls && tls.getSslEndPoint().getConnection() != null
                ? tls.getSslEndPoint().getConnection()
                : connection;
    }
}
