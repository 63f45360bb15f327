package org.copilotframework.benchmarks;

/** How somebody remembers a conversation in a database. A turn is a question, what was said before, and an answer. */
interface Memory extends AutoCloseable {
    /** All that was said before. */
    int ALL = Integer.MAX_VALUE;

    /** Makes a conversation with so many messages, as fast as it can be done. */
    void fill(String conversation, int messages, int window) throws Exception;

    /** One turn, of which the agent gets the last messages; what is read is counted. Returns how many that were. */
    int turn(String conversation, int window) throws Exception;

    @Override
    void close() throws Exception;
}
