package org.copilotframework.core;

import java.time.Instant;
import org.copilotframework.api.session.SessionId;

/**
 * A session in a list.
 *
 * @param id which session
 * @param version the version of its last turn
 * @param first the version of the oldest turn that is kept
 * @param changed when the last turn was added, by the store's clock
 */
public record SessionSummary(SessionId id, long version, long first, Instant changed) {}
