package org.copilotframework.api.run;

/** The state of a run. The states are those of a task in the A2A protocol. */
public enum RunState {
    /** Accepted, waiting for its turn. */
    SUBMITTED,
    /** The agent is at work. */
    WORKING,
    /** Parked until the caller gives input. */
    INPUT_REQUIRED,
    /** Parked until the caller authenticates elsewhere. */
    AUTH_REQUIRED,
    /** Ended with a reply. */
    COMPLETED,
    /** Ended with an error. */
    FAILED,
    /** Ended by a cancellation. */
    CANCELED,
    /** Refused before the agent saw it. */
    REJECTED;

    /**
     * Whether a run in this state has ended for good.
     *
     * @return true for {@link #COMPLETED}, {@link #FAILED}, {@link #CANCELED} and {@link #REJECTED}
     */
    public boolean terminal() {
        return switch (this) {
            case COMPLETED, FAILED, CANCELED, REJECTED -> true;
            case SUBMITTED, WORKING, INPUT_REQUIRED, AUTH_REQUIRED -> false;
        };
    }
}
