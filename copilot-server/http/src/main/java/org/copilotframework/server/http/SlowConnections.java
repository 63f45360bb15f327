package org.copilotframework.server.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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
 * Cuts off whoever lets a handshake, headers or a frame of HTTP/2 come drop by drop. Jetty ends connections that are silent, and each byte breaks the
 * silence. Such a connection holds no thread, but it is one of those that are bounded.
 */
final class SlowConnections extends AbstractLifeCycle {
    private static final int LINES = 10;

    /** What a frame of HTTP/2 may have, unless its sender was told otherwise. */
    private static final int FRAME = 1 << 14;

    private final ServerConnector connector;
    private final Duration longest;

    /** What was seen of connections of HTTP/2 the last time; used by one look at a time. */
    private Map<EndPoint, Seen> seen = new HashMap<>();

    private Scheduler.@Nullable Task next;

    /**
     * A connection of HTTP/2, as it was seen.
     *
     * @param begun when its latest frame has begun; of headers in several frames, when the first has
     * @param bytes how many had come in all
     * @param at when it was seen
     * @param slow whether some of that frame came later than it may
     */
    private record Seen(long begun, long bytes, long at, boolean slow) {}

    /**
     * Looks after a connector.
     *
     * @param longest how long it may take until a first request is there, and then headers of a further one; a frame of
     *     HTTP/2 may have a second more for each 4096 bytes that it could have
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
        Map<EndPoint, Seen> now = new HashMap<>();
        try {
            for (EndPoint endPoint : connector.getConnectedEndPoints()) {
                if (isSlow(endPoint, now)) {
                    endPoint.close();
                }
            }
        } finally {
            seen = now;
            if (isRunning() || isStarting()) {
                plan();
            }
        }
    }

    private boolean isSlow(EndPoint endPoint, Map<EndPoint, Seen> now) {
        Connection spoken = spoken(endPoint.getConnection());
        long age = System.currentTimeMillis() - endPoint.getCreatedTimeStamp();
        if (spoken instanceof HttpConnection http) {
            // Empty lines before a request are no headers yet, and may be sent for a while.
            return isAmidHeaders(http.getParser()) || (age > LINES * longest.toMillis() && http.getMessagesIn() == 0);
        }
        boolean old = age > longest.toMillis();
        if (spoken instanceof HTTP2Connection http2) {
            return (old && http2.getMessagesIn() == 0) || isAmidFrame(endPoint, http2, now);
        }
        return old;
    }

    /**
     * Whether a frame, or headers in several, have begun too long ago, and come on. Jetty does not tell whether one is on its way; but
     * what comes while none begins is of the latest. That is believed at the next look only: what has come now may not be parsed yet.
     */
    private boolean isAmidFrame(EndPoint endPoint, HTTP2Connection http2, Map<EndPoint, Seen> now) {
        long bytes = http2.getBytesIn();
        long begun = http2.getSession().getParser().getBeginNanoTime();
        Seen before = seen.get(endPoint);
        if (before == null || before.begun() != begun) {
            now.put(endPoint, new Seen(begun, bytes, System.nanoTime(), false));
            return false;
        }
        boolean late = before.at() - begun > new Pace(longest).of(FRAME).toNanos();
        now.put(endPoint, new Seen(begun, bytes, System.nanoTime(), late && bytes > before.bytes()));
        return before.slow();
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
