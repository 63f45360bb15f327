package org.copilotframework.core;

/**
 * What was deleted with a session.
 *
 * @param found whether there was such a session
 * @param runs how many runs that belonged to it were deleted; some may have been left by a session that is gone
 */
public record DeletedSession(boolean found, long runs) {}
