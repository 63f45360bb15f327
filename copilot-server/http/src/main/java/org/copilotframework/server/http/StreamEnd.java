package org.copilotframework.server.http;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.CompletableFuture;

/**
 * Tells Javalin once that a stream of events has ended, while there still is a request: after one whose client has left is gone, what
 * it does at the end fails, and so does what it does about that, thousands of times over. Safe for use by several threads.
 */
final class StreamEnd implements AsyncListener {
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private StreamEnd() {}

    /** Of a request that is asynchronous already. */
    static StreamEnd of(HttpServletRequest request) {
        StreamEnd end = new StreamEnd();
        request.getAsyncContext().addListener(end);
        return end;
    }

    /** What Javalin waits for. */
    CompletableFuture<Void> future() {
        return ended;
    }

    /** There is nothing left to do but to complete the request, which is done when this returns. */
    synchronized void tell() {
        ended.complete(null);
    }

    /** The client has left. The container forgets the request when this returns. */
    @Override
    public void onError(AsyncEvent event) {
        tell();
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
