package org.copilotframework.api.error;

/**
 * The stable codes of the error tree. Their {@linkplain #code() text} appears in replies over the wire, in metrics and in
 * logs and does not change.
 */
public enum ErrorCode {
    /** The request itself is wrong; sending it again unchanged cannot succeed. */
    INVALID_REQUEST("invalid_request", 2),
    /** The caller did not show who he is. */
    UNAUTHENTICATED("unauthenticated", 3),
    /** The caller is known and may not do this. */
    FORBIDDEN("forbidden", 4),
    /** What the request names does not exist, or not for this tenant. */
    NOT_FOUND("not_found", 5),
    /** The request met a state that it did not expect; read again, then decide. */
    CONFLICT("conflict", 6),
    /** A limit of this tenant, caller or call is used up. */
    QUOTA_EXCEEDED("quota_exceeded", 7),
    /** The time that the call was given is over. */
    DEADLINE_EXCEEDED("deadline_exceeded", 8),
    /** The run was canceled. */
    CANCELED("canceled", 9),
    /** The orchestrator cannot take the call now; the same call may succeed later. */
    UNAVAILABLE("unavailable", 10),
    /** The agent took the call and failed. */
    AGENT_FAILED("agent_failed", 11);

    private final String code;
    private final int exitStatus;

    ErrorCode(String code, int exitStatus) {
        this.code = code;
        this.exitStatus = exitStatus;
    }

    /**
     * The stable text of this code.
     *
     * @return lower-case words joined by underscores, never empty
     */
    public String code() {
        return code;
    }

    /**
     * The status with which a command line ends on this error. 0 (success) and 1 (a fault that is not in this tree) are
     * never used here.
     *
     * @return a number from 2 to 125, different for each code
     */
    public int exitStatus() {
        return exitStatus;
    }
}
