package org.copilotframework.api.spi.invocation;

import org.jspecify.annotations.Nullable;

/**
 * A room of the application's own on a request's way, after authorisation and before the session's queue. Called on the
 * caller's thread for each invocation, so it must neither block nor compute for long: nothing bounds it, and that caller is
 * answered no sooner than this has returned, though the deadline has passed. Safe for use by several threads.
 */
@FunctionalInterface
public interface InvocationInterceptor {
    /**
     * Lets an invocation in, or refuses it.
     *
     * @param invocation the call
     * @return what to run when the invocation has ended for its caller, or null for nothing
     * @throws org.copilotframework.api.error.CopilotException to refuse the call with this error; any other exception refuses
     *     it as {@link org.copilotframework.api.error.UnavailableException}
     */
    @Nullable
    Completion enter(Invocation invocation);

    /** Runs when an invocation has ended for its caller. Must not block. */
    @FunctionalInterface
    interface Completion {
        /**
         * Called once, on any thread.
         *
         * @param outcome how it ended
         */
        void ended(Outcome outcome);
    }
}
