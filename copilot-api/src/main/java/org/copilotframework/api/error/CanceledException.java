package org.copilotframework.api.error;

/** The run was canceled before it completed. Nothing of the call was committed. */
public final class CanceledException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param message what went wrong and what to do about it; names the field or setting
     */
    public CanceledException(String message) {
        super(ErrorCode.CANCELED, message, null);
    }
}
