package org.copilotframework.api.error;

/** The time that the call was given is over. Nothing of the call was committed. */
public final class DeadlineExceededException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param message what went wrong and what to do about it; names the field or setting
     */
    public DeadlineExceededException(String message) {
        super(ErrorCode.DEADLINE_EXCEEDED, message, null);
    }
}
