package org.copilotframework.api.error;

/** The request met a state that it did not expect; read the state again, then decide. */
public final class ConflictException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param message what went wrong and what to do about it; names the field or setting
     */
    public ConflictException(String message) {
        super(ErrorCode.CONFLICT, message, null);
    }
}
