package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.payload;
import static org.copilotframework.security.encryption.Stored.turns;

import java.time.Duration;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;

/** How long a key is used from memory, and what is asked meanwhile. */
class KeyLifeTest extends KeyTheme {
    @Test
    void aTenantHasOneKeyWhicheverNodeMadeIt() {
        write(ACME, 1, "here");
        Storage there = node();
        there.commit(Stored.turn(ACME, SESSION, 2, payload("there")));

        assertThat(turns(storage)).hasSize(2);
        assertThat(turns(there)).hasSize(2);
        assertThat(ring.list(null, 10)).containsExactly(ACME, Encryption.KEYS);
    }

    @Test
    void theWrapperIsAskedOncePerKeyAndHalfALife() {
        write(ACME, 1, "x");
        int before = ring.unwrapped.get();
        for (int minute = 0; minute < 29; minute++) {
            ring.pass(Duration.ofMinutes(1));
            turns(storage);
        }
        assertThat(ring.unwrapped).hasValue(before);
        ring.pass(Duration.ofMinutes(2));
        turns(storage);
        turns(storage);
        assertThat(ring.unwrapped).hasValue(before + 1);
    }

    @Test
    void aKeyThatWasChangedInItsPlaceIsRefused() {
        write(ACME, 1, "x");
        byte[] there = ring.read(ACME).orElseThrow().content();
        for (int i = 0; i < there.length; i++) {
            byte[] flipped = there.clone();
            flipped[i] ^= 0x20;
            ring.write(ACME, flipped, ring.read(ACME).orElseThrow().version());
            Storage fresh = node();
            assertThatExceptionOfType(UnavailableException.class)
                    .as("byte %d", i)
                    .isThrownBy(() -> turns(fresh));
        }
    }

    @Test
    void aKeyThatIsMadeAndDestroyedAgainAndAgainIsGivenUp() {
        ring.losing = true;
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> write(ACME, 1, "x"))
                .withMessageContaining("again and again");
    }
}
