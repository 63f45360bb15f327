package org.copilotframework.security.jwt;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.Assertions;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;

/** An authenticator that is asked about tokens, with a clock that the test moves. */
final class Asked implements AutoCloseable {
    private final AtomicReference<Instant> now = new AtomicReference<>(Tokens.NOW);
    private final JwtAuthenticator authenticator;

    Asked(Settings settings) {
        authenticator = JwtAuthenticator.open(
                settings.made(),
                now::get,
                () -> Duration.between(Tokens.NOW, now.get()).toNanos());
    }

    JwtAuthenticator authenticator() {
        return authenticator;
    }

    void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    Optional<Identity> header(String... values) {
        Map<String, List<String>> headers = values.length == 0 ? Map.of() : Map.of("Authorization", List.of(values));
        return authenticator.authenticate(new Credentials(headers, List.of(), "192.0.2.1"));
    }

    Identity let(String token) {
        return header("Bearer " + token).orElseThrow();
    }

    AbstractThrowableAssert<?, ? extends Throwable> refuses(String token) {
        return Assertions.assertThatThrownBy(() -> let(token)).isInstanceOf(UnauthenticatedException.class);
    }

    @Override
    public void close() {
        authenticator.close();
    }
}
