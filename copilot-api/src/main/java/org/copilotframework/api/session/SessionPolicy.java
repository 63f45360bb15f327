package org.copilotframework.api.session;

/**
 * What happens to a call for a session that is at work on an earlier call of the same process. Between two processes that use
 * one store there is no queue: both begin, the commit of the first counts, and the other one gets a {@link
 * org.copilotframework.api.error.ConflictException}; a stored run of the other one is done once more. The policy is for the
 * moment at which a call comes in: a stored run that is resumed waits for its session.
 */
public enum SessionPolicy {
    /** Wait for the earlier calls, in order of arrival. */
    ENQUEUE,
    /** Refuse with a {@link org.copilotframework.api.error.ConflictException}. */
    REJECT,
    /** Cancel the earlier calls and go on. */
    INTERRUPT
}
