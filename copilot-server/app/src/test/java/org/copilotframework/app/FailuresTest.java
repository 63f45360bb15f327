package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** Each kind of error ends a command with its own status, in words for a person and as an object for a program. */
class FailuresTest {
    private static final Duration SOON = Duration.ofMillis(1500);

    private final Cli cli = new Cli();

    private static CopilotException error(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST -> new InvalidRequestException("made up");
            case UNAUTHENTICATED -> new UnauthenticatedException("made up");
            case FORBIDDEN -> new ForbiddenException("made up");
            case NOT_FOUND -> new NotFoundException("made up");
            case CONFLICT -> new ConflictException("made up");
            case QUOTA_EXCEEDED -> new QuotaExceededException("made up", SOON);
            case DEADLINE_EXCEEDED -> new DeadlineExceededException("made up");
            case CANCELED -> new CanceledException("made up");
            case UNAVAILABLE -> new UnavailableException("made up", SOON);
            case AGENT_FAILED -> new AgentFailedException("moody", "run-1", "made up");
        };
    }

    /** As they are in the table of docs/errors.md; a script relies on them. */
    private static int status(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST -> 2;
            case UNAUTHENTICATED -> 3;
            case FORBIDDEN -> 4;
            case NOT_FOUND -> 5;
            case CONFLICT -> 6;
            case QUOTA_EXCEEDED -> 7;
            case DEADLINE_EXCEEDED -> 8;
            case CANCELED -> 9;
            case UNAVAILABLE -> 10;
            case AGENT_FAILED -> 11;
        };
    }

    private Outcome ended(Exception error, boolean json) {
        CommonOptions options = new CommonOptions();
        options.json = json;
        cli.out.reset();
        cli.err.reset();
        int status = new Failures(cli.surroundings(), options)
                .handleExecutionException(error, new CommandLine(options), null);
        return new Outcome(status, Cli.text(cli.out), Cli.text(cli.err));
    }

    @ParameterizedTest
    @EnumSource
    void eachErrorEndsWithItsOwnStatusAndIsTold(ErrorCode code) {
        Outcome words = ended(error(code), false);
        assertThat(words.status()).isEqualTo(status(code));
        assertThat(words.out()).isEmpty();
        assertThat(words.err())
                .isEqualTo(
                        code == ErrorCode.AGENT_FAILED ? "error: agent 'moody' failed: made up\n" : "error: made up\n");

        Outcome json = ended(error(code), true);
        assertThat(json.status()).isEqualTo(status(code));
        assertThat(json.err()).isEmpty();
        assertThat(json.json("/error/code")).isEqualTo(code.code());
        assertThat(json.json("/error/message")).isEqualTo("made up");
        assertThat(json.json("/error/retryable")).isEqualTo(error(code).retryable());
        assertThat(json.json("/error/retryAfterMillis"))
                .isEqualTo(error(code).retryAfter().map(Duration::toMillis).orElse(null));
    }

    @Test
    void aFaultOutsideTheTreeEndsWithOne() {
        Outcome words = ended(new IllegalStateException("made up"), false);
        assertThat(words.status()).isEqualTo(1);
        assertThat(words.err()).isEqualTo("error: IllegalStateException: made up (--debug shows where)\n");

        Outcome json = ended(new IllegalStateException("made up"), true);
        assertThat(json.status()).isEqualTo(1);
        assertThat(json.json("/error/code")).isEqualTo("internal");
    }
}
