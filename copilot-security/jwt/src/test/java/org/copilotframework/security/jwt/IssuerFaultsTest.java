package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An issuer that changes its keys, is down, hangs, or tells too much; and callers who make it be asked. */
class IssuerFaultsTest {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Issuer issuer = new Issuer(Tokens.RSA.toPublicJWK());
    private final Map<String, Object> claims = Tokens.claims(issuer.url());
    private final String token = Tokens.by(Tokens.RSA, claims);
    private final String newer = Tokens.by(Tokens.OTHER_RSA, claims);

    @AfterEach
    void close() {
        issuer.close();
    }

    private String of(String key) {
        return Tokens.by(new RSAKey.Builder(Tokens.OTHER_RSA).keyID(key).build(), claims);
    }

    @Test
    void aNewKeyIsReadWhenATokenNamesIt() {
        try (Asked asked = new Asked(Settings.of(issuer))) {
            asked.let(token);
            issuer.publish(Tokens.RSA.toPublicJWK(), Tokens.OTHER_RSA.toPublicJWK());
            asked.pass(PAUSE);
            asked.let(newer);
            asked.let(token);
            assertThat(issuer.fetches).hasValue(2);
            assertThat(issuer.discoveries).hasValue(1);
        }
    }

    @Test
    void inventedNamesOfKeysHaveTheIssuerAskedOnceInAWhile() {
        try (Asked asked = new Asked(Settings.of(issuer))) {
            asked.let(token);
            for (int i = 0; i < 50; i++) {
                asked.refuses(of("invented-" + i));
            }
            assertThat(issuer.fetches).hasValue(1);
            asked.pass(PAUSE);
            for (int i = 0; i < 50; i++) {
                asked.refuses(of("invented-again-" + i));
            }
            assertThat(issuer.fetches).hasValue(2);
            asked.let(token);
        }
    }

    @Test
    void whileTheIssuerHangsKnownKeysAreUsedAndFewRequestsWait() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        // Longer than the test: nobody goes away because it took too long.
        try (Asked asked = new Asked(Settings.of(issuer).with("timeout", Duration.ofMinutes(1)))) {
            asked.let(token);
            issuer.hangs();
            asked.pass(PAUSE);
            List<Future<Class<?>>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String invented = of("invented-" + i);
                answers.add(threads.submit(() -> refusal(asked, invented)));
            }
            // Those for whom there is no room to wait are told to come again at once.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> answers.stream().filter(Future::isDone).count() == 32);
            asked.let(token);
            assertThat(issuer.fetches).hasValue(2);
            assertThat(answers.stream().filter(Future::isDone).count()).isEqualTo(32);

            issuer.end.countDown();
            List<Class<?>> got = new ArrayList<>();
            for (Future<Class<?>> answer : answers) {
                got.add(answer.get(60, TimeUnit.SECONDS));
            }
            // For the eight that waited it is known now that there is no such key among those that are used on.
            assertThat(got).filteredOn(UnavailableException.class::equals).hasSize(32);
            assertThat(got).filteredOn(UnauthenticatedException.class::equals).hasSize(8);
            asked.let(token);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Class<?> refusal(Asked asked, String token) {
        try {
            asked.let(token);
            return Void.class;
        } catch (CopilotException refused) {
            return refused.getClass();
        }
    }

    @Test
    void aRequestThatWaitsForAnIssuerThatHangsIsToldToComeAgain() {
        issuer.hangs();
        try (Asked asked = new Asked(Settings.of(issuer).with("timeout", Duration.ofSeconds(1)))) {
            assertThatThrownBy(() -> asked.let(token)).isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void anIssuerThatIsDownAtTheStartIsWaitedForAndThenFound() {
        issuer.answers(503, "");
        try (Asked asked = new Asked(Settings.of(issuer).with("pause", Duration.ofSeconds(1)))) {
            assertThatThrownBy(() -> asked.let(token))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageNotContaining(issuer.url());
            assertThat(asked.authenticator().troubles())
                    .singleElement()
                    .asString()
                    .contains("503");
            issuer.publish(Tokens.RSA.toPublicJWK());
            // By itself, in the background.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> asked.authenticator().troubles().isEmpty());
            asked.let(token);
        }
    }

    @Test
    void keysAreUsedOnWhileTheIssuerIsDownForAsLongAsTheSettingsSay() {
        Duration life = Duration.ofHours(12);
        try (Asked asked = new Asked(Settings.of(issuer).with("skew", Duration.ofMinutes(5)))) {
            asked.let(token);
            issuer.answers(500, "");
            asked.pass(PAUSE);
            asked.refuses(of("invented"));
            assertThat(asked.authenticator().troubles())
                    .singleElement()
                    .asString()
                    .contains("keys-life");
            asked.let(token);
            asked.pass(life.minus(PAUSE).minusSeconds(1));
            long now = Tokens.NOW.plus(life).getEpochSecond();
            String later = Tokens.by(Tokens.RSA, Tokens.but(claims, "exp", now + 3_600));
            asked.let(later);
            asked.pass(Duration.ofSeconds(1));
            assertThatThrownBy(() -> asked.let(later)).isInstanceOf(UnavailableException.class);
            issuer.publish(Tokens.RSA.toPublicJWK());
            asked.pass(PAUSE);
            asked.let(later);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "null", "{}", "{\"keys\":7}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"})
    void whatIsNoSetOfKeysTakesNoneAway(String wrong) {
        try (Asked asked = new Asked(Settings.of(issuer))) {
            asked.let(token);
            issuer.answers(200, wrong);
            asked.pass(PAUSE);
            asked.refuses(newer);
            asked.let(token);
            assertThat(asked.authenticator().troubles()).hasSize(1);
        }
    }

    @Test
    void anIssuerThatWithdrawsAllItsKeysIsHeard() {
        try (Asked asked = new Asked(Settings.of(issuer))) {
            asked.let(token);
            issuer.answers(200, "{\"keys\":[]}");
            asked.pass(PAUSE);
            asked.refuses(newer);
            asked.refuses(token);
            assertThat(asked.authenticator().troubles())
                    .singleElement()
                    .asString()
                    .contains("no keys");
            issuer.publish(Tokens.RSA.toPublicJWK());
            asked.pass(PAUSE);
            asked.let(token);
            assertThat(asked.authenticator().troubles()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 200, 0})
    void keysThatHaveMovedAreLookedFor(int status) {
        try (Asked asked = new Asked(Settings.of(issuer));
                Issuer elsewhere = new Issuer(Tokens.RSA.toPublicJWK(), Tokens.OTHER_RSA.toPublicJWK())) {
            asked.let(token);
            issuer.page = "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":\"" + elsewhere.url() + "/keys\"}";
            if (status == 0) {
                // The connection ends without an answer.
                issuer.answer = HttpExchange::close;
            } else {
                issuer.answers(status, "<html>moved</html>");
            }
            asked.pass(PAUSE);
            if (status != 404) {
                asked.refuses(newer);
                asked.pass(PAUSE);
            }
            asked.let(newer);
            assertThat(elsewhere.fetches).hasValue(1);
        }
    }

    @Test
    void keysAreLookedForAnewNowAndThen() {
        try (Asked asked = new Asked(Settings.of(issuer))) {
            asked.let(token);
            for (int i = 0; i < 13; i++) {
                asked.pass(PAUSE);
                asked.refuses(of("invented-" + i));
            }
            assertThat(issuer.discoveries).hasValue(2);
        }
    }

    @Test
    void anAnswerWithoutEndIsBrokenOff() {
        issuer.answer = request -> {
            request.sendResponseHeaders(200, 0);
            byte[] junk = new byte[8_192];
            try {
                for (int i = 0; i < 100_000; i++) {
                    request.getResponseBody().write(junk);
                }
            } catch (IOException brokenOff) {
                request.close();
            }
        };
        try (Asked asked = new Asked(Settings.of(issuer))) {
            assertThatThrownBy(() -> asked.let(token)).isInstanceOf(UnavailableException.class);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !asked.authenticator().troubles().isEmpty());
            assertThat(asked.authenticator().troubles())
                    .singleElement()
                    .asString()
                    .contains("longer than");
        }
    }

    @Test
    void anAnswerThatDripsIsBrokenOffInTime() {
        issuer.answer = request -> {
            request.sendResponseHeaders(200, 0);
            try {
                while (!issuer.end.await(20, TimeUnit.MILLISECONDS)) {
                    request.getResponseBody().write(" ".getBytes(US_ASCII));
                    request.getResponseBody().flush();
                }
            } catch (IOException | InterruptedException brokenOff) {
                request.close();
            }
        };
        try (Asked asked = new Asked(Settings.of(issuer).with("timeout", Duration.ofSeconds(1)))) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !asked.authenticator().troubles().isEmpty());
            assertThat(asked.authenticator().troubles())
                    .singleElement()
                    .asString()
                    .contains("in time");
        }
    }

    @Test
    void afterItIsClosedItAsksNoMore() {
        Asked asked = new Asked(Settings.of(issuer));
        asked.let(token);
        asked.close();
        asked.pass(PAUSE);
        assertThatThrownBy(() -> asked.let(newer)).isInstanceOf(UnauthenticatedException.class);
        assertThat(issuer.fetches).hasValue(1);
    }
}
