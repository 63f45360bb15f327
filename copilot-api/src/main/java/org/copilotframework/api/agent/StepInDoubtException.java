package org.copilotframework.api.agent;

/**
 * A step that may be done at most once was begun before, by an earlier worker or by this one, and nobody knows how far it came.
 * An agent that can find out elsewhere catches this; else the run fails with it.
 */
public final class StepInDoubtException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The step. */
    private final String stepKey;

    /**
     * Makes the exception. Called by the host.
     *
     * @param key the step's name within the run
     * @param stepKey the key that its body was given
     */
    public StepInDoubtException(String key, String stepKey) {
        super("step '" + key
                + "' was begun earlier in this run, and whether it was done is not known (its key was "
                + stepKey + ")");
        this.stepKey = stepKey;
    }

    /**
     * The key that the body was given.
     *
     * @return the key, to ask for elsewhere
     */
    public String stepKey() {
        return stepKey;
    }
}
