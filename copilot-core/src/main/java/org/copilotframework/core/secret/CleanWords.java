package org.copilotframework.core.secret;

import java.io.IOException;
import java.time.Duration;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.agent.Faults;

/**
 * Takes secrets out of what a store, a driver or a provider said. Most say nothing of the kind, and are passed on as they are; of the
 * others only the words are left, since any cause behind them may say it again.
 */
public final class CleanWords {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private CleanWords() {}

    /**
     * The same fault of files, without secrets.
     *
     * @param fault what was thrown
     * @param redaction knows the secrets
     * @return what to throw in its place; the fault itself if it holds no secret
     */
    public static IOException ofFiles(IOException fault, Redaction redaction) {
        return redaction.isNeeded(Faults.said(fault)) ? new IOException(Faults.inWords(fault, redaction::of)) : fault;
    }

    /**
     * The same fault, without secrets.
     *
     * @param fault what was thrown
     * @param redaction knows the secrets
     * @return what to throw in its place; the fault itself if it holds no secret
     * @throws Error if the fault is one that holds no secret, or of the machine
     */
    public static RuntimeException of(Throwable fault, Redaction redaction) {
        if (fault instanceof Error error
                && (fault instanceof VirtualMachineError || !redaction.isNeeded(Faults.said(error)))) {
            throw error;
        } else if (fault instanceof RuntimeException same && !redaction.isNeeded(Faults.said(same))) {
            return same;
        }
        String words = fault instanceof CopilotException told
                ? redaction.of(told.getMessage())
                : Faults.inWords(fault, redaction::of);
        if (!(fault instanceof CopilotException copilot)) {
            return new IllegalStateException(words);
        }
        Duration wait = copilot.retryAfter().orElse(RETRY);
        return switch (copilot.code()) {
            case INVALID_REQUEST -> new InvalidRequestException(words);
            case NOT_FOUND -> new NotFoundException(words);
            case CONFLICT -> new ConflictException(words);
            case UNAUTHENTICATED -> new UnauthenticatedException(words);
            case FORBIDDEN -> new ForbiddenException(words);
            case QUOTA_EXCEEDED ->
                new QuotaExceededException(words, copilot.retryAfter().orElse(null));
            default -> new UnavailableException(words, wait);
        };
    }
}
