package org.copilotframework.server.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Content on its way in pieces. A thread is at work only while a piece is read and can be sent: while the client does not take it there
 * is one piece in memory, no thread and nothing open. There is a time within which all has to be taken.
 */
final class PieceSending implements WriteListener, AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFace.class);

    private final HttpServletRequest request;
    private final ServletOutputStream out;
    private final Answer.Pieces pieces;
    private final Executor threads;
    private final Runnable gone;
    private final CompletableFuture<Void> written = new CompletableFuture<>();
    private final Future<?> tooLate;

    private PieceSending(
            HttpServletRequest request,
            ServletOutputStream out,
            Answer.Pieces pieces,
            Pace pace,
            ScheduledExecutorService clock,
            Executor threads,
            Runnable gone) {
        this.request = request;
        this.out = out;
        this.pieces = pieces;
        this.threads = threads;
        this.gone = gone;
        this.tooLate = clock.schedule(this::giveUp, pace.of(pieces.length()).toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Begins to send. Called once the request is asynchronous.
     *
     * @param threads where pieces are read
     * @param gone is called when all has gone out, or cannot any more; perhaps twice
     * @return ends when there is nothing left to do but to complete the request
     */
    static CompletableFuture<Void> begin(
            HttpServletRequest request,
            ServletOutputStream out,
            Answer.Pieces pieces,
            Pace pace,
            ScheduledExecutorService clock,
            Executor threads,
            Runnable gone) {
        PieceSending sending = new PieceSending(request, out, pieces, pace, clock, threads, gone);
        AsyncContext async = request.getAsyncContext();
        async.addListener(sending);
        out.setWriteListener(sending);
        return sending.written;
    }

    /** On a thread of the container, which is not to wait for a store. */
    @Override
    public void onWritePossible() {
        try {
            threads.execute(this::send);
        } catch (RejectedExecutionException stopping) {
            cutShort(stopping);
        }
    }

    /** Until the client takes no more for now; then it is called again once it does. */
    private synchronized void send() {
        try {
            while (!written.isDone() && out.isReady()) {
                byte[] piece = pieces.next();
                if (piece.length == 0) {
                    written.complete(null);
                } else {
                    out.write(piece);
                }
            }
        } catch (IOException | RuntimeException | Error failed) {
            cutShort(failed);
        }
    }

    /** Less goes out than was announced, so the container ends the connection: nobody takes a part for the whole. */
    private void cutShort(Throwable why) {
        LOG.debug("An answer was cut short", why);
        written.complete(null);
    }

    private void giveUp() {
        try {
            ServletContextRequest.getServletContextRequest(request)
                    .getServletChannel()
                    .abort(new TimeoutException("the answer was taken too slowly"));
        } catch (IllegalStateException otherContainer) {
            LOG.debug("An answer is taken slowly; the container knows how long that may take", otherContainer);
        }
    }

    /** The client has left, or its time is over. */
    @Override
    public void onError(Throwable left) {
        LOG.debug("An answer was not taken", left);
        written.complete(null);
        // Jetty does not always tell then that the request is complete.
        over();
    }

    private void over() {
        tooLate.cancel(false);
        gone.run();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        over();
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
