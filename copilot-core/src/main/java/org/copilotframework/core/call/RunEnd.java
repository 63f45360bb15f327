package org.copilotframework.core.call;

import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunDetail;
import org.jspecify.annotations.Nullable;

/**
 * How a stored run has ended: with a reply, or with an error.
 *
 * @param state the state it ended in
 * @param reply the reply, or null if there is an error
 * @param error the error, or null if there is a reply
 */
record RunEnd(
        RunState state,
        @Nullable AgentReply reply,
        @Nullable CopilotException error) {
    static RunEnd with(AgentReply reply) {
        return new RunEnd(reply.state(), reply, null);
    }

    static RunEnd with(RunState state, CopilotException error) {
        return new RunEnd(state, null, error);
    }

    /** The store does not hold it any more. */
    static RunEnd gone(RunId id) {
        return with(RunState.FAILED, new NotFoundException("run " + id + " is no longer kept"));
    }

    /** How a run has ended by what is stored; empty if it has not. */
    static Optional<RunEnd> of(RunRecord stored) {
        RunHead head = stored.head();
        if (!head.state().terminal()) {
            return Optional.empty();
        }
        RunDetail detail = RunDetail.read(stored.detail());
        Message said = detail.said();
        return Optional.of(
                head.state() == RunState.COMPLETED && said != null
                        ? with(AgentReply.of(said))
                        : with(head.state(), error(head, detail)));
    }

    private static CopilotException error(RunHead head, RunDetail detail) {
        String words = detail.words() == null ? "run " + head.id() + " ended as " + head.state() : detail.words();
        ErrorCode code = detail.error() == null ? ErrorCode.AGENT_FAILED : detail.error();
        return switch (code) {
            case INVALID_REQUEST -> new InvalidRequestException(words);
            case UNAUTHENTICATED -> new UnauthenticatedException(words);
            case FORBIDDEN -> new ForbiddenException(words);
            case NOT_FOUND -> new NotFoundException(words);
            case CONFLICT -> new ConflictException(words);
            case QUOTA_EXCEEDED -> new QuotaExceededException(words, null);
            case DEADLINE_EXCEEDED -> new DeadlineExceededException(words);
            case CANCELED -> new CanceledException(words);
            case UNAVAILABLE -> new UnavailableException(words, Duration.ZERO);
            case AGENT_FAILED ->
                new AgentFailedException(head.agent(), head.id().value(), words);
        };
    }
}
