package org.copilotframework.api.spi.invocation;

/**
 * Watches invocations: for metrics, traces and logs. It sees refusals as well as successes, and can change neither: what it
 * throws is logged and dropped. Called on the path of each invocation, so it must not block. Safe for use by several threads.
 */
@FunctionalInterface
public interface InvocationObserver {
    /**
     * A call came in. Called on the caller's thread, before anything may refuse it.
     *
     * @param invocation the call
     * @return what watches this one call
     */
    Observation started(Invocation invocation);

    /** Watches one invocation. */
    interface Observation {
        /**
         * The agent's thread is about to enter the agent. Called on that thread.
         *
         * @return closed on the same thread when the agent has returned; does nothing by default
         */
        default Scope open() {
            return () -> {};
        }

        /**
         * The caller was answered. Called once, on any thread.
         *
         * @param outcome how it ended
         */
        void ended(Outcome outcome);
    }

    /** Something that lasts as long as the agent's work on its thread. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
