package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.junit.jupiter.api.Test;

class ChallengesTest {
    private static final List<String> KNOWN = List.of("ApiKey realm=\"copilot\"", "Bearer realm=\"copilot\"");

    @Test
    void whoHasNoTokenIsToldWhatToBring() {
        assertThat(Challenges.of(new UnauthenticatedException("no"), KNOWN, "", ""))
                .isEqualTo(KNOWN);
        assertThat(Challenges.of(new ForbiddenException("no"), KNOWN, "runs:read", ""))
                .isEmpty();
    }

    @Test
    void whoHasOneIsToldWhatIsWrongWithIt() {
        assertThat(Challenges.of(new UnauthenticatedException("no"), KNOWN, "", "Bearer abc"))
                .containsExactly("ApiKey realm=\"copilot\"", "Bearer realm=\"copilot\", error=\"invalid_token\"");
        assertThat(Challenges.of(new ForbiddenException("no"), KNOWN, "runs:read", "bearer abc"))
                .containsExactly("Bearer realm=\"copilot\", error=\"insufficient_scope\", scope=\"runs:read\"");
        assertThat(Challenges.of(new ForbiddenException("no"), KNOWN, "agents:invoke:\"\r\nX: y", "bearer abc"))
                .containsExactly("Bearer realm=\"copilot\", error=\"insufficient_scope\"");
        assertThat(Challenges.of(new ForbiddenException("another tenant"), KNOWN, "", "bearer abc"))
                .isEmpty();
    }
}
