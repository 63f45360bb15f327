package org.copilotframework.security.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.plugin.Secret;
import org.junit.jupiter.api.Test;

/** The hashes of stored keys, with a secret, without one, and while it is changed. */
class HashedKeysTest {
    private static final Secret ONE = Secret.of("a secret of the tests, long enough 1");
    private static final Secret TWO = Secret.of("a secret of the tests, long enough 2");

    private static ApiKeySettings with(Secret secret) {
        return Node.settings(null, secret, null);
    }

    @Test
    void withoutASecretTheyArePlainAndWithOneTheyAreKeyed() {
        Node plain = Node.first();
        plain.admin().create(Node.ORDER);
        assertThat(plain.stored()).contains("hash=sha256:");
        Node keyed = Node.first(with(ONE));
        keyed.admin().create(Node.ORDER);
        assertThat(keyed.stored()).containsPattern("hash=hmac-[0-9a-f]{16}:").doesNotContain("sha256");
    }

    @Test
    void aKnownKeyAndSecretGiveAKnownHash() {
        // Computed apart: HKDF-SHA-256 without salt, then HMAC-SHA-256. It must never change: keys are stored by it.
        HashKey key = HashKey.from("a secret of the tests, long enough 1");
        assertThat(Hash.of(key.name(), key.hash("ck_test")).line())
                .isEqualTo("hmac-b5007cabe636e409:b028bbee9359c9df6ae4704fc4281c64d0de2b6ebe57547f994bb048b07f02c3");
    }

    @Test
    void aKeyWithAPlainHashIsHashedBySecretOnceItIsUsed() {
        Node before = Node.first();
        String key = before.admin().create(Node.ORDER).secret();
        Node after = before.another(with(ONE));
        after.let(key);
        assertThat(after.stored()).contains("hash=hmac-").doesNotContain("sha256");
        after.let(key);
        before.pass(Duration.ofMinutes(1));
        assertThatThrownBy(() -> before.let(key)).isInstanceOf(UnauthenticatedException.class);
        assertThat(before.authenticator().troubles())
                .singleElement()
                .asString()
                .contains("SECRET_KEY")
                .contains("hmac-");
    }

    @Test
    void aSecretIsChangedWhileKeysAreUsedAndThenGivenUp() {
        Node first = Node.first(with(ONE));
        String used = first.admin().create(Node.ORDER).secret();
        String unused = first.admin().create(Node.ORDER).secret();
        Node both = first.another(Node.settings(null, TWO, ONE));
        both.let(used);
        Node second = both.another(with(TWO));
        second.let(used);
        assertThatThrownBy(() -> second.let(unused)).isInstanceOf(UnauthenticatedException.class);
        assertThat(second.authenticator().troubles()).hasSize(1);
        both.let(unused);
        second.pass(Duration.ofSeconds(10));
        second.let(unused);
    }

    @Test
    void aSecretThatChangesInItsSourceNeedsNoRestart() {
        Turning secret = new Turning();
        Node node = Node.first(with(secret));
        String key = node.admin().create(Node.ORDER).secret();
        String before = node.stored();
        secret.turned = true;
        node.let(key);
        assertThat(node.stored()).isNotEqualTo(before);
        node.let(key);
    }

    @Test
    void aStoreThatTakesNothingKeepsNobodyOut() {
        Node before = Node.first();
        String key = before.admin().create(Node.ORDER).secret();
        Node after = before.another(with(ONE));
        after.values().readOnly = true;
        int changes = after.values().changes.get();
        for (int i = 0; i < 100; i++) {
            after.let(key);
        }
        assertThat(after.values().changes.get() - changes).isEqualTo(1);
    }

    @Test
    void aShortSecretIsRefusedWithTheFix() {
        assertThatThrownBy(() -> Node.first(with(Secret.of("short"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("copilot.security.apikey.secret")
                .hasMessageContaining("SECRET_KEY")
                .hasMessageContaining("openssl rand -base64 32")
                .hasMessageNotContaining("'short'");
    }

    /** One that is changed in its source. */
    private static final class Turning implements Secret {
        private volatile boolean turned;

        @Override
        public String value() {
            return (turned ? TWO : ONE).value();
        }

        @Override
        public Optional<String> previous() {
            return turned ? Optional.of(ONE.value()) : Optional.empty();
        }
    }
}
