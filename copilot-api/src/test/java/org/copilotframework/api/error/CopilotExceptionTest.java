package org.copilotframework.api.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CopilotExceptionTest {
    private static final List<CopilotException> EACH = List.of(
            new InvalidRequestException("m"),
            new UnauthenticatedException("m"),
            new ForbiddenException("m"),
            new NotFoundException("m"),
            new ConflictException("m"),
            new QuotaExceededException("m", Duration.ofSeconds(1)),
            new DeadlineExceededException("m"),
            new CanceledException("m"),
            new UnavailableException("m", Duration.ofSeconds(2)),
            new AgentFailedException("docs", "r1", "m"));

    @Test
    void eachCodeHasItsErrorItsTextAndItsExitStatus() {
        assertThat(EACH).extracting(CopilotException::code).containsExactly(ErrorCode.values());
        Set<Integer> statuses =
                Arrays.stream(ErrorCode.values()).map(ErrorCode::exitStatus).collect(Collectors.toSet());
        assertThat(statuses).hasSize(ErrorCode.values().length).allMatch(status -> status > 1 && status < 126);
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::code)).allMatch(code -> code.matches("[a-z_]+"));
    }

    @Test
    void onlyWhatMaySucceedLaterIsToBeTriedAgain() {
        assertThat(EACH)
                .filteredOn(CopilotException::retryable)
                .extracting(CopilotException::code)
                .containsExactly(ErrorCode.QUOTA_EXCEEDED, ErrorCode.UNAVAILABLE);
        assertThat(new UnavailableException("m", Duration.ofSeconds(2)).retryAfter())
                .hasValue(Duration.ofSeconds(2));
        assertThat(new UnavailableException("m", Duration.ZERO, new IllegalStateException("why")))
                .hasRootCauseMessage("why");
    }

    @Test
    void anErrorNamesThePlaceTheNearNamesAndTheAgent() {
        InvalidRequestException at = InvalidRequestException.at("/a/0", "too large");

        assertThat(at).hasMessage("/a/0: too large");
        assertThat(at.withMessage("x").pointer()).hasValue("/a/0");
        assertThat(InvalidRequestException.at("", "m")).hasMessage("/: m");
        assertThat(NotFoundException.named("agent", "dcs", List.of("docs"))).hasMessageContaining("did you mean docs?");
        assertThat(NotFoundException.named("agent", "x", List.of())).hasMessage("no agent is named 'x'");
        AgentFailedException failed = new AgentFailedException("docs", null, "m");
        assertThat(failed.agent()).isEqualTo("docs");
        assertThat(failed.runId()).isEmpty();
    }
}
