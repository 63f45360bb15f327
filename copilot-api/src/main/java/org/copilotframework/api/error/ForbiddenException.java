package org.copilotframework.api.error;

/** The caller is known and may not do this. */
public final class ForbiddenException extends CopilotException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the error.
     *
     * @param message what went wrong and what to do about it; names the field or setting
     */
    public ForbiddenException(String message) {
        super(ErrorCode.FORBIDDEN, message, null);
    }
}
