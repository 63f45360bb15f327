package org.copilotframework.server.http;

import io.javalin.http.Context;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.copilotframework.api.agent.AgentReply;
import org.jspecify.annotations.Nullable;

/**
 * A request whose agent is at work: no thread of the server waits for it. A short reply is answered by the thread that has it, which
 * takes no longer than to wake another; whatever may take a while, or ask a store, is left to a thread of the server.
 */
final class Awaited implements AsyncListener {
    /** How much a reply weighs at most that is answered by the thread of its agent. */
    private static final long SHORT = 4_096;

    private final Answer.Later later;
    private final Context context;
    private final Places places;
    private final Consumer<Answer.Later> answers;
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private volatile boolean left;

    private Awaited(Answer.Later later, Context context, Places places, Consumer<Answer.Later> answers) {
        this.later = later;
        this.context = context;
        this.places = places;
        this.answers = answers;
    }

    /**
     * Begins to wait. Called on the request's thread, which is free from then on.
     *
     * @param answers makes the answer and sends it; called once the reply is there, unless the request is gone
     */
    static void begin(Answer.Later later, Context context, Places places, Consumer<Answer.Later> answers) {
        Awaited awaited = new Awaited(later, context, places, answers);
        context.future(awaited::await);
    }

    private CompletableFuture<Void> await() {
        AsyncContext async = context.req().getAsyncContext();
        async.addListener(this);
        later.reply().whenComplete((reply, error) -> replied(reply, async));
        return answered;
    }

    private void replied(@Nullable AgentReply reply, AsyncContext async) {
        if (reply == null || reply.message().weight() > SHORT) {
            try {
                async.start(this::answer);
                return;
            } catch (RejectedExecutionException | IllegalStateException stopping) {
                Sending.LOG.debug("No thread of the server is left to make an answer", stopping);
            }
        }
        answer();
    }

    private void answer() {
        if (left) {
            places.close();
            return;
        }
        try {
            answers.accept(later);
            answered.complete(null);
        } catch (RuntimeException | Error fault) {
            places.close();
            answered.completeExceptionally(fault);
        }
    }

    /** The client has left: the container has given up the request, and nothing of it may be touched. */
    @Override
    public void onError(AsyncEvent event) {
        left = true;
    }

    @Override
    public void onComplete(AsyncEvent event) {
        left = true;
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
