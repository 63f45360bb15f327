package org.copilotframework.server.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Content on its way in pieces. A thread is at work only while a piece is read and can be sent: while the client does not take it there
 * is one piece in memory, no thread and nothing open.
 */
final class PieceSending extends Sending implements WriteListener {
    private final Answer.Pieces pieces;
    private final Executor threads;

    /**
     * Begins.
     *
     * @param threads where pieces are read
     */
    PieceSending(
            HttpServletRequest request,
            ServletOutputStream out,
            Answer.Pieces pieces,
            SlowTakers takers,
            Duration time,
            Executor threads,
            Runnable gone) {
        super(request, out, takers, time, gone);
        this.pieces = pieces;
        this.threads = threads;
    }

    @Override
    void send() {
        out.setWriteListener(this);
    }

    /** On a thread of the container, which is not to wait for a store. */
    @Override
    public void onWritePossible() {
        try {
            threads.execute(this::sendMore);
        } catch (RejectedExecutionException stopping) {
            cutShort(stopping);
        }
    }

    /** Until the client takes no more for now; then it is called again once it does. */
    private synchronized void sendMore() {
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
}
