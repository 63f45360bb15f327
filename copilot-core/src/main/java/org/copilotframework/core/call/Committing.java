package org.copilotframework.core.call;

import java.time.Duration;
import java.time.Instant;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.session.ActivationSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one commit of an activation: the session's turn and the run's end, both or neither. */
final class Committing {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private Committing() {}

    /**
     * Commits what an activation came to. Of an activation that failed, only a submitted run's end is written.
     *
     * @param result the agent's reply, or the error its caller gets
     * @return the same, or the error of the store
     */
    static Object commit(Call call, @Nullable ActivationSession session, Object result) {
        if (!(result instanceof AgentReply reply)) {
            // A submitted run's error is written when it leaves the acceptance room.
            return result;
        }
        TenantId tenant = call.caller().tenant();
        try {
            SessionChange change = session == null ? null : session.change(turn(call, session, reply));
            RunRecord run = call.handle == null ? null : completed(call, reply);
            call.corridor.premises.storage().commit(Commit.of(tenant, change, run));
            call.recorded = true;
            return reply;
        } catch (CopilotException refusal) {
            return Failures.again(refusal);
        } catch (RuntimeException | Error fault) {
            LOG.error("The store failed to commit run {}", call.runId(), fault);
            return new UnavailableException(
                    "the store failed to commit run " + call.runId() + ": " + Faults.brief(fault),
                    Duration.ofSeconds(1));
        }
    }

    private static Turn turn(Call call, ActivationSession session, AgentReply reply) {
        return new Turn(
                call.runId() + "/1",
                session.version() + 1,
                Instant.now(),
                call.request().agent(),
                call.request().message(),
                reply.message());
    }

    private static RunRecord completed(Call call, AgentReply reply) {
        return new RunRecord(
                call.runId(),
                call.request().agent(),
                call.session(),
                RunState.COMPLETED,
                Instant.now(),
                reply.message(),
                null,
                null);
    }
}
