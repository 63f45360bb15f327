package org.copilotframework.api.error;

/** The caller did not show who he is: no credential, or one that is not accepted. */
public final class UnauthenticatedException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param message what went wrong and what to do about it; names the field or setting
     */
    public UnauthenticatedException(String message) {
        super(ErrorCode.UNAUTHENTICATED, message, null);
    }
}
