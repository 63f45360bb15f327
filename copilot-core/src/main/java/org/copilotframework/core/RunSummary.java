package org.copilotframework.core;

import java.time.Instant;
import java.util.Optional;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;

/**
 * A run in a list.
 *
 * @param id which run
 * @param agent the agent's name
 * @param session the session it belongs to, or empty
 * @param state as it is stored: WORKING from the moment a process has taken it
 * @param activation the activation it is in, or comes next
 * @param created when it was stored first, by the store's clock
 * @param changed when it was changed last, by the store's clock
 * @param due when a process may take it; while one has it, the end of its lease; empty for never
 */
public record RunSummary(
        RunId id,
        String agent,
        Optional<SessionId> session,
        RunState state,
        int activation,
        Instant created,
        Instant changed,
        Optional<Instant> due) {}
