package org.copilotframework.security.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.IssuedCredential;
import org.junit.jupiter.api.Test;

/** The hashes of stored keys, with a secret, without one, and while it is changed. */
class HashedKeysTest {
    private static final Secret ONE = Secret.of("a secret of the tests, long enough 1");
    private static final Secret TWO = Secret.of("a secret of the tests, long enough 2");

    private static final Duration REMEMBERED = Duration.ofSeconds(10);

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
        assertThat(keyed.stored())
                .containsPattern("hash=hmac-[0-9a-f]{16}:[0-9a-f]{64}\n")
                .containsPattern("seal=hmac-[0-9a-f]{16}:[0-9a-f]{64}\n")
                .doesNotContain("sha256");
    }

    @Test
    void aKnownKeyAndSecretGiveAKnownHash() {
        // Computed apart: HKDF-SHA-256 without salt, then HMAC-SHA-256. It must never change: keys are stored by it.
        HashKey key = HashKey.from("a secret of the tests, long enough 1");
        assertThat(Hash.of(key.name(), key.hash("ck_test")).line())
                .isEqualTo("hmac-b5007cabe636e409:b028bbee9359c9df6ae4704fc4281c64d0de2b6ebe57547f994bb048b07f02c3");
    }

    @Test
    void whatASecretSealsIsKnown() {
        // Computed apart, as the hash above. It must never change.
        assertThat(HashKey.from("a secret of the tests, long enough 1")
                        .seal("ck_test")
                        .line())
                .isEqualTo("hmac-b5007cabe636e409:7ae5b92705f9b0fa272de4a12bd9c5b6ff4e44349a1549a73fb9200fbdcdd0e8");
    }

    @Test
    void aKeyThatWasStoredWithoutASecretIsLetInOnlyIfTheSettingsSaySo() {
        Node before = Node.first();
        String key = before.admin().create(Node.ORDER).secret();
        Node strict = before.another(with(ONE));
        assertThatThrownBy(() -> strict.let(key)).isInstanceOf(UnauthenticatedException.class);
        assertThat(strict.authenticator().troubles())
                .singleElement()
                .asString()
                .contains("copilot.security.apikey.accept-plain");
        assertThat(strict.admin().list(null, null, 10)).isEmpty();

        Node lenient = before.another(Node.settings(null, ONE, null, true));
        lenient.let(key);
        assertThat(lenient.stored()).contains("hmac-").contains("sha256:").contains("seal=");
        before.pass(Duration.ofMinutes(1));
        before.let(key);
        strict.let(key);
        assertThat(strict.authenticator().troubles()).isEmpty();
    }

    @Test
    void aPlainHashIsGivenUpWithTheNextSecret() {
        Node lenient = Node.first(Node.settings(null, ONE, null, true));
        IssuedCredential issued = lenient.admin().create(Node.ORDER);
        Node strict = lenient.another(Node.settings(null, TWO, ONE));
        strict.let(issued.secret());
        assertThat(lenient.record(issued.credential().id())).doesNotContain("sha256");
    }

    @Test
    void whoCanWriteToTheStoreMakesNoKey() {
        Node node = Node.first(with(ONE));
        KeyText own = KeyText.make(new SecureRandom());
        String plain =
                "sha256:" + Hash.of("sha256", HashKey.NONE.hash(own.text())).hex();
        String record = "form=1\nsubject=eve\ntenant=acme\nscopes=*\ncreated=2026-11-23T12:00:00Z\n"
                + "rotated=2026-11-23T12:00:00Z\nhash=" + plain + "\n";
        node.put(own.id(), record);
        refuses(node, own.text(), "stored without a secret");
        String other = HashKey.from("a secret of eve, which nobody here has")
                .seal(own.id() + "\n" + record)
                .line();
        node.put(own.id(), record + "seal=" + other + "\n");
        node.pass(REMEMBERED);
        refuses(node, own.text(), "secret that is not here");
        String name = HashKey.from(ONE.value()).name();
        node.put(own.id(), record + "seal=" + name + ":" + "0".repeat(64) + "\n");
        node.pass(REMEMBERED);
        refuses(node, own.text(), "somebody without the secret has changed");
        assertThat(node.admin().revoke(own.id())).isTrue();
        assertThat(node.authenticator().troubles()).isEmpty();
    }

    @Test
    void whoCanWriteToTheStoreChangesNothingThatAKeyIsGoodFor() {
        Node node = Node.first(with(ONE));
        Instant end = node.now().plusSeconds(3_600);
        IssuedCredential issued =
                node.admin().create(new CredentialOrder("alice", Node.ACME, Set.of("sessions:read"), end, 60));
        String id = issued.credential().id();
        String record = node.record(id);
        for (String changed : List.of(
                record.replace("scopes=sessions:read", "scopes=*"),
                record.replace("tenant=acme", "tenant=other"),
                record.replace("subject=alice", "subject=root"),
                record.replace("expires=2026", "expires=2099"),
                record.replace("per-minute=60", "per-minute=600000"),
                record.replace("seal=", "scopes=*\nseal="),
                record.replaceFirst("seal=.*\n", ""),
                record + "scopes=*\n")) {
            assertThat(changed).isNotEqualTo(record);
            node.put(id, changed);
            node.pass(REMEMBERED);
            assertThatThrownBy(() -> node.let(issued.secret())).isInstanceOf(UnauthenticatedException.class);
            assertThat(node.admin().find(id)).isEmpty();
            assertThatThrownBy(() -> node.admin().rotate(id, Duration.ZERO)).isInstanceOf(NotFoundException.class);
        }
        KeyText other = KeyText.make(new SecureRandom());
        node.put(other.id(), record);
        assertThatThrownBy(() -> node.let(other.text())).isInstanceOf(UnauthenticatedException.class);
        node.put(id, record);
        node.pass(REMEMBERED);
        node.let(issued.secret());
    }

    private static void refuses(Node node, String key, String trouble) {
        assertThatThrownBy(() -> node.let(key)).isInstanceOf(UnauthenticatedException.class);
        assertThat(node.authenticator().troubles()).singleElement().asString().contains(trouble);
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
        assertThat(second.authenticator().troubles()).singleElement().asString().contains("secret-previous");
        both.let(unused);
        second.pass(REMEMBERED);
        second.let(unused);
        assertThat(second.authenticator().troubles()).isEmpty();
    }

    @Test
    void nodesWithTheSecretBeforeGoOnWhileOthersHaveTheNewOne() {
        Node old = Node.first(with(ONE));
        String key = old.admin().create(Node.ORDER).secret();
        Node restarted = old.another(Node.settings(null, TWO, ONE));
        restarted.let(key);
        String made = restarted.admin().create(Node.ORDER).secret();
        old.pass(REMEMBERED);
        int changes = old.values().changes().get();
        for (Node node : List.of(old, restarted, old, restarted)) {
            node.let(key);
            node.let(made);
            node.pass(REMEMBERED);
        }
        assertThat(old.values().changes().get())
                .as("they do not undo each other's work")
                .isEqualTo(changes);
        assertThat(old.authenticator().troubles()).isEmpty();
        String id = KeyText.parse(key).orElseThrow().id();
        String rotated = old.admin().rotate(id, Duration.ofHours(1)).secret();
        restarted.let(rotated);
        restarted.let(key);
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
        Node after = before.another(Node.settings(null, ONE, null, true));
        after.values().readOnly(true);
        int changes = after.values().changes().get();
        for (int i = 0; i < 100; i++) {
            after.let(key);
        }
        assertThat(after.values().changes().get() - changes).isEqualTo(1);
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
