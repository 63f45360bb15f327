package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.OTHER;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.payload;
import static org.copilotframework.security.encryption.Stored.turns;

import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;

/** A key that was destroyed opens nothing any more. */
class KeyErasureTest {
    private final Keyring ring = new Keyring();
    private final Storage plain = Stored.memory();
    private final AeadEncryption encryption = ring.node();
    private final Storage storage = encryption.storage(plain);

    @Test
    void aDestroyedKeyOpensNothingHereAtOnceAndElsewhereAfterTheNextLook() {
        storage.migrate();
        Storage there = ring.node().storage(plain);
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        assertThat(turns(there)).hasSize(1);

        encryption.destroyKey(ACME);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(storage))
                .withMessageContaining("the key that it was encrypted with is gone");
        assertThat(turns(there)).as("within key-check").hasSize(1);
        ring.pass(Keyring.SETTINGS.keyCheck());
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(there));
        encryption.destroyKey(ACME);
    }

    @Test
    void aTenantThatBeginsAnewHasANewKeyAndNodesThatKnewTheOldOneReadIt() {
        storage.migrate();
        Storage there = ring.node().storage(plain);
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("old")));
        turns(there);
        encryption.destroyKey(ACME);
        storage.erase(ACME);
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("new")));

        assertThat(turns(there))
                .singleElement()
                .satisfies(turn -> assertThat(Stored.text(turn.content())).isEqualTo("new"));
    }

    @Test
    void aKeyThatIsGoneFromAPlaceThatWasReachedIsNotUsedOnThoughTheWrapperIsDown() {
        storage.migrate();
        Storage there = ring.node().storage(plain);
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("old")));
        turns(there);
        encryption.destroyKey(ACME);
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("x")));
        storage.commit(Stored.turn(ACME, SESSION, 2, payload("new")));
        ring.wrapperDown = true;
        ring.pass(Keyring.SETTINGS.keyCheck());

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> there.sessions().turns(ACME, SESSION, 1, 1, Long.MAX_VALUE));
        ring.wrapperDown = false;
        ring.pass(LookMemory.PAUSE);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> there.sessions().turns(ACME, SESSION, 1, 1, Long.MAX_VALUE))
                .withMessageContaining("is gone");
    }
}
