package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.payload;

import java.util.List;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;

/** What a start refuses: the wrong secret, the wrong place, the wrong storage. */
class KeyStartTest {
    private final Keyring ring = new Keyring();
    private final Storage plain = Stored.memory();
    private final Storage storage = ring.node().storage(plain);

    @Test
    void theWrongSecretIsRefusedAtTheStartAndNoSecretIsShown() {
        storage.migrate();
        Storage wrong = ring.node(Keyring.local(Keyring.OTHER, null)).storage(plain);

        for (Runnable start : List.<Runnable>of(wrong::check, wrong::migrate)) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(start::run)
                    .withMessageContaining("copilot.encryption.local.secret-key (in the environment SECRET_KEY)")
                    .withMessageContaining("SECRET_KEY_PREVIOUS")
                    .satisfies(error -> assertThat(error.getMessage())
                            .doesNotContain(Keyring.SECRET)
                            .doesNotContain(Keyring.OTHER));
        }
    }

    @Test
    void aStoreThatWasBegunWithoutEncryptionIsRefused() {
        plain.commit(Stored.turn(ACME, SESSION, 1, payload("plain")));

        for (Runnable start : List.<Runnable>of(storage::check, storage::migrate)) {
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(start::run)
                    .withMessageContaining("copilot store copy --from-plain")
                    .withMessageContaining("'acme'");
        }
        assertThat(ring.list(null, 10)).isEmpty();
    }

    @Test
    void aStoreWhoseKeysLieElsewhereIsRefused() {
        storage.migrate();
        Storage lost = new Keyring().node().storage(plain);

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(lost::check)
                .withMessageContaining("copilot.encryption.keys")
                .withMessageContaining("the keyring of the test");
    }

    @Test
    void theKeysOfAnotherStorageBehindOneSecretAreRefused() {
        storage.migrate();
        Keyring another = Keyring.begun();
        Storage mistaken = another.node().storage(plain);

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(mistaken::check)
                .withMessageContaining("copilot.encryption.keys")
                .withMessageContaining("another storage");
        storage.check();
    }
}
