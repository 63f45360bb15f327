package org.copilotframework.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.jspecify.annotations.Nullable;

/** How a run ended: its reply or its error, neither while it goes on. */
record RunEnd(Optional<Map<String, @Nullable Object>> reply, Optional<Map<String, @Nullable Object>> error) {
    /** This process may learn of an end a little later than the store does. */
    private static final Duration LEARNED = Duration.ofSeconds(3);

    private static final RunEnd NONE = new RunEnd(Optional.empty(), Optional.empty());

    /**
     * The end of a run. Nothing is asked of one that goes on: who asks for its reply has it looked for until there is one.
     *
     * @param state where the run stands
     * @throws UnavailableException if it has ended and how is not known here yet: who is told that it has ended does not ask again
     */
    static RunEnd of(Run run, RunState state) {
        if (!state.terminal()) {
            return NONE;
        }
        try {
            return new RunEnd(
                    Optional.of(Views.REPLY.of(
                            run.reply().toCompletableFuture().get(LEARNED.toMillis(), TimeUnit.MILLISECONDS))),
                    Optional.empty());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CopilotException error) {
                return new RunEnd(Optional.empty(), Optional.of(Problem.tree(error)));
            }
            throw new IllegalStateException("a run ended with an error of another kind", failed);
        } catch (TimeoutException late) {
            throw later();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw later();
        }
    }

    private static UnavailableException later() {
        return new UnavailableException(
                "the run has ended, and how is not known here yet; ask again", Duration.ofSeconds(1));
    }
}
