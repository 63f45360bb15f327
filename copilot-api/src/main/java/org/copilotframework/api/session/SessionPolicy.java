package org.copilotframework.api.session;

/** What happens to a call for a session that is at work on an earlier call. */
public enum SessionPolicy {
    /** Wait for the earlier calls, in order of arrival. */
    ENQUEUE,
    /** Refuse with a {@link org.copilotframework.api.error.ConflictException}. */
    REJECT,
    /** Cancel the earlier calls and go on. */
    INTERRUPT
}
