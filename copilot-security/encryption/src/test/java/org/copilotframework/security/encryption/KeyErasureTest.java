package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.OTHER;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.turns;

import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;

/** A key that was destroyed opens nothing any more. */
class KeyErasureTest extends KeyTheme {
    @Test
    void aDestroyedKeyOpensNothingHereAtOnceAndElsewhereAfterTheNextLook() {
        Storage there = node();
        write(ACME, 1, "x");
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
        Storage there = node();
        write(ACME, 1, "old");
        turns(there);
        encryption.destroyKey(ACME);
        storage.erase(ACME);
        write(ACME, 1, "new");

        assertThat(turns(there))
                .singleElement()
                .satisfies(turn -> assertThat(Stored.text(turn.content())).isEqualTo("new"));
    }

    @Test
    void aKeyThatIsGoneFromAPlaceThatWasReachedIsNotUsedOnThoughTheWrapperIsDown() {
        Storage there = node();
        write(ACME, 1, "old");
        turns(there);
        encryption.destroyKey(ACME);
        write(OTHER, 1, "x");
        write(ACME, 2, "new");
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
