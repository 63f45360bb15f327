package org.copilotframework.server.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer on its way to a client that may take it slowly, or not at all: no thread waits for that, and there is a time within which
 * it has to be taken.
 */
final class Sending implements WriteListener, AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFace.class);

    private final HttpServletRequest request;
    private final ServletOutputStream out;
    private final byte[] content;
    private final Runnable gone;
    private final Pace pace;
    private final ScheduledExecutorService clock;
    private final CompletableFuture<Void> written = new CompletableFuture<>();
    private boolean handedOver;

    /** Null while nothing is waited for: most answers are taken at once. Guarded by this, as is the next. */
    private @Nullable Future<?> tooLate;

    private boolean over;

    private Sending(
            HttpServletRequest request,
            ServletOutputStream out,
            byte[] content,
            Pace pace,
            ScheduledExecutorService clock,
            Runnable gone) {
        this.request = request;
        this.out = out;
        this.content = content;
        this.gone = gone;
        this.pace = pace;
        this.clock = clock;
    }

    /**
     * Begins to send. Called once the request is asynchronous.
     *
     * @param out where to
     * @param gone is called when all has gone out, or cannot any more; perhaps twice
     * @return ends when there is nothing left to do but to complete the request
     */
    static CompletableFuture<Void> begin(
            HttpServletRequest request,
            ServletOutputStream out,
            byte[] content,
            Pace pace,
            ScheduledExecutorService clock,
            Runnable gone) {
        Sending sending = new Sending(request, out, content, pace, clock, gone);
        AsyncContext async = request.getAsyncContext();
        async.addListener(sending);
        out.setWriteListener(sending);
        return sending.written;
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (handedOver) {
                written.complete(null);
                return;
            }
            handedOver = true;
            out.write(content);
        }
        watch();
    }

    /** The client does not take it at once: from now on its time runs. Another thread may have ended it meanwhile. */
    private synchronized void watch() {
        if (tooLate == null && !over) {
            tooLate = clock.schedule(this::giveUp, pace.of(content.length).toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void end() {
        over = true;
        if (tooLate != null) {
            tooLate.cancel(false);
        }
    }

    private synchronized boolean isOver() {
        return over;
    }

    /** The client has left, or its time is over. */
    @Override
    public void onError(Throwable left) {
        LOG.debug("An answer was not taken", left);
        written.complete(null);
        // Jetty does not always tell then that the request is complete.
        finish();
    }

    private void finish() {
        end();
        gone.run();
    }

    private void giveUp() {
        if (isOver()) {
            return;
        }
        try {
            ServletContextRequest.getServletContextRequest(request)
                    .getServletChannel()
                    .abort(new TimeoutException("the answer was taken too slowly"));
        } catch (IllegalStateException otherContainer) {
            LOG.debug("An answer is taken slowly; the container knows how long that may take", otherContainer);
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        finish();
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {
        written.complete(null);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
