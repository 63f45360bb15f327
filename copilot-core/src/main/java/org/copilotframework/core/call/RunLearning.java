package org.copilotframework.core.call;

import java.time.Duration;
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
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunHandle;

/** What a handle learns from the store about a run that is not at work in this process. */
final class RunLearning {
    private RunLearning() {}

    /**
     * Brings a handle to what is stored.
     *
     * @return whether the run has ended
     */
    static boolean learn(RunHandle handle, RunRecord record) {
        RunHead head = record.head();
        RunDetail detail = RunDetail.read(record.detail());
        Message said = detail.said();
        if (!head.state().terminal()) {
            boolean asks = head.state() == RunState.INPUT_REQUIRED || head.state() == RunState.AUTH_REQUIRED;
            handle.seen(head.state(), asks ? said : null);
            return false;
        }
        handle.ended(head.state());
        if (head.state() == RunState.COMPLETED && said != null) {
            handle.complete(AgentReply.of(said), null);
        } else {
            handle.complete(null, error(head, detail));
        }
        return true;
    }

    /** The run is no longer kept. */
    static boolean gone(RunHandle handle) {
        handle.ended(RunState.FAILED);
        handle.complete(null, new NotFoundException("run " + handle.id() + " is no longer kept"));
        return true;
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
