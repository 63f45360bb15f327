/**
 * The one tree of errors, ordered by what the caller can do about them.
 *
 * <p>Each kind is a final class with a stable {@linkplain org.copilotframework.api.error.ErrorCode code}. Messages are
 * written for the person who reads them: they name the field or setting and the fix, and never carry a secret, a stack
 * trace or another tenant's data. Errors thrown by an agent's own code do not live here; they reach the caller as {@link
 * org.copilotframework.api.error.AgentFailedException}, in words only.
 */
@NullMarked
package org.copilotframework.api.error;

import org.jspecify.annotations.NullMarked;
