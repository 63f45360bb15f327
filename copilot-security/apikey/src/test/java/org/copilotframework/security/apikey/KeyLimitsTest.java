package org.copilotframework.security.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.UseLimit;
import org.junit.jupiter.api.Test;

/** How often a key is used in a minute. */
class KeyLimitsTest {
    private final Node node = Node.first();
    private final Node other = node.another();

    private String key(int perMinute) {
        return node.admin()
                .create(new CredentialOrder("alice", Node.ACME, Set.of(), null, perMinute))
                .secret();
    }

    /** How many of so many requests are let in. */
    private static int let(Node node, String key, int requests) {
        int let = 0;
        for (int i = 0; i < requests; i++) {
            try {
                node.let(key);
                let++;
            } catch (QuotaExceededException full) {
                assertThat(full.retryAfter()).isPresent();
            }
        }
        return let;
    }

    @Test
    void aMinuteHasItsRequestsAndTheNextOneHasThemAnew() {
        String key = key(5);
        assertThat(let(node, key, 20)).isEqualTo(5);
        assertThatThrownBy(() -> node.let(key))
                .asInstanceOf(InstanceOfAssertFactories.type(QuotaExceededException.class))
                .satisfies(full -> assertThat(full.retryAfter()).contains(Duration.ofSeconds(50)));
        node.pass(Duration.ofSeconds(50));
        assertThat(let(node, key, 20)).isEqualTo(5);
    }

    @Test
    void theLimitHoldsOverAllNodes() {
        String key = key(100);
        int both = 0;
        for (int i = 0; i < 20; i++) {
            both += let(node, key, 10) + let(other, key, 10);
        }
        assertThat(both).isEqualTo(100);
    }

    @Test
    void theStoreIsAskedForATenthAtATimeAndNoMoreOnceTheLimitIsReached() {
        String key = key(1_000);
        int before = node.values().additions().get();
        assertThat(let(node, key, 1_500)).isEqualTo(1_000);
        assertThat(node.values().additions().get() - before).isEqualTo(11);
    }

    @Test
    void whoUsesAKeyIsToldWhatIsLeftOfTheMinute() {
        String key = key(100);
        UseLimit first = node.let(key).limit();
        let(node, key, 57);
        UseLimit later = node.let(key).limit();

        assertThat(first).isEqualTo(new UseLimit(100, Duration.ofMinutes(1), 99, Duration.ofSeconds(50)));
        assertThat(later).isEqualTo(new UseLimit(100, Duration.ofMinutes(1), 41, Duration.ofSeconds(50)));
        String unlimited = node.admin()
                .create(new CredentialOrder("alice", Node.ACME, Set.of(), null, null))
                .secret();
        assertThat(node.let(unlimited).limit()).isNull();
    }

    @Test
    void whoDoesNotKnowTheSecretUsesNothingUp() {
        String key = key(1);
        String wrong = KeyText.make(KeyText.parse(key).orElseThrow().id(), new SecureRandom())
                .text();
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> node.let(wrong));
        }
        assertThat(let(node, key, 2)).isEqualTo(1);
    }
}
