package org.copilotframework.core.call;

/** One room on a call's way. Entering never blocks; the one exception says so. */
interface Room {
    /**
     * A call comes in.
     *
     * @return true if it may go on at once; false if it is {@linkplain Call#kept() kept} here, with no thread, and goes on
     *     later by {@link Corridor#goOn} or {@link Corridor#again}
     * @throws RuntimeException to refuse the call
     */
    boolean enter(Call call);

    /**
     * The call goes. Called once for each call that came in, also if it was refused here or is still kept.
     */
    default void leave(Call call) {}

    /** Whether every call leaves here, also one that was refused in an earlier room. */
    default boolean leftByAll() {
        return false;
    }

    /** Whether a call whose caller was answered keeps its place here until the agent has really returned. */
    default boolean untilReturned() {
        return false;
    }
}
