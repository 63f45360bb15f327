package org.copilotframework.server.http;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer on its way to a client that may take it slowly, or not at all: no thread waits for that, and there is a time within which
 * it has to be taken.
 */
abstract class Sending implements AsyncListener {
    static final Logger LOG = LoggerFactory.getLogger(HttpFace.class);

    final ServletOutputStream out;

    /** Ends when there is nothing left to do but to complete the request. */
    final CompletableFuture<Void> written = new CompletableFuture<>();

    private final HttpServletRequest request;
    private final SlowTakers takers;
    private final Runnable gone;
    private final long late;

    /**
     * Begins. Called once the request is asynchronous.
     *
     * @param out where to
     * @param time within which it is to be taken
     * @param gone is called when all has gone out, or cannot any more; perhaps twice
     */
    Sending(HttpServletRequest request, ServletOutputStream out, SlowTakers takers, Duration time, Runnable gone) {
        this.request = request;
        this.out = out;
        this.takers = takers;
        this.gone = gone;
        this.late = System.nanoTime() + time.toNanos();
    }

    /** Begins to send. Called once. */
    final CompletableFuture<Void> begin() throws IOException {
        request.getAsyncContext().addListener(this);
        takers.watch(this);
        try {
            send();
        } catch (IOException | RuntimeException | Error fault) {
            takers.forget(this);
            throw fault;
        }
        return written;
    }

    /** Sends, or sees to it that it is sent. */
    abstract void send() throws IOException;

    final boolean isLate(long now) {
        return now - late >= 0;
    }

    /** It is not taken in time: the connection ends, or what it has of this answer. */
    final void giveUp() {
        try {
            ServletContextRequest.getServletContextRequest(request)
                    .getServletChannel()
                    .abort(new TimeoutException("the answer was taken too slowly"));
        } catch (IllegalStateException otherContainer) {
            LOG.debug("An answer is taken slowly; the container knows how long that may take", otherContainer);
        }
    }

    /** The client has left, or its time is over. As a listener of writing has it. */
    public final void onError(Throwable left) {
        LOG.debug("An answer was not taken", left);
        written.complete(null);
        // Jetty does not always tell then that the request is complete.
        over();
    }

    private void over() {
        takers.forget(this);
        gone.run();
    }

    @Override
    public final void onComplete(AsyncEvent event) {
        over();
    }

    @Override
    public final void onTimeout(AsyncEvent event) {}

    @Override
    public final void onError(AsyncEvent event) {
        written.complete(null);
    }

    @Override
    public final void onStartAsync(AsyncEvent event) {}
}
