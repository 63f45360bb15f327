package org.copilotframework.core.call;

import java.time.Duration;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.agent.Faults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What crosses the border from an agent: words, never an object. A throwable of a plugin would keep the plugin's classes in
 * memory, by its own class or by the frames it remembers; and its methods are the plugin's code, which may throw again.
 */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private Failures() {}

    /** What the caller gets where the host itself is at fault; the log has the rest. */
    static UnavailableException ofTheHost(Call call, Throwable fault) {
        LOG.error("A call of agent '{}' met a fault of the host", call.request().agent(), fault);
        return new UnavailableException(
                "the orchestrator met a fault of its own: " + Faults.brief(fault), Duration.ofSeconds(1));
    }

    /** The same kind of error in the same words, made on the present stack. */
    static CopilotException again(CopilotException error) {
        String words = Faults.cut(error.getMessage());
        return switch (error.code()) {
            case INVALID_REQUEST -> invalid((InvalidRequestException) error, words);
            case UNAUTHENTICATED -> new UnauthenticatedException(words);
            case FORBIDDEN -> new ForbiddenException(words);
            case NOT_FOUND -> new NotFoundException(words);
            case CONFLICT -> new ConflictException(words);
            case QUOTA_EXCEEDED ->
                new QuotaExceededException(words, error.retryAfter().orElse(null));
            case DEADLINE_EXCEEDED -> new DeadlineExceededException(words);
            case CANCELED -> new CanceledException(words);
            case UNAVAILABLE ->
                new UnavailableException(words, error.retryAfter().orElse(Duration.ZERO));
            case AGENT_FAILED -> failed((AgentFailedException) error, words);
        };
    }

    private static InvalidRequestException invalid(InvalidRequestException error, String words) {
        return error.pointer()
                .map(pointer -> InvalidRequestException.at(pointer, "").withMessage(words))
                .orElseGet(() -> new InvalidRequestException(words));
    }

    private static AgentFailedException failed(AgentFailedException error, String words) {
        return new AgentFailedException(error.agent(), error.runId().orElse(null), words);
    }
}
