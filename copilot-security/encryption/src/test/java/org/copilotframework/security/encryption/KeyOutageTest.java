package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.OTHER;
import static org.copilotframework.security.encryption.Stored.payload;
import static org.copilotframework.security.encryption.Stored.turns;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;

/** What becomes of tenants while the place of the keys or the wrapper is down. */
class KeyOutageTest extends KeyTheme {
    @Test
    void aWrapperThatIsDownIsSurvivedForAsLongAsAKeyLivesAndHealthSaysSo() {
        write(ACME, 1, "x");
        ring.wrapperDown = true;
        ring.pass(Duration.ofMinutes(40));
        assertThat(turns(storage)).hasSize(1);
        write(ACME, 2, "y");
        trouble().contains("the wrapper is down").contains("copilot.encryption.aead.key-life");

        ring.pass(Duration.ofMinutes(21));
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> write(OTHER, 1, "new"));

        ring.wrapperDown = false;
        ring.pass(LookMemory.PAUSE);
        assertThat(turns(storage)).hasSize(2);
        write(OTHER, 1, "new");
        assertThat(encryption.troubles()).isEmpty();
    }

    @Test
    void aPlaceThatIsDownIsSurvivedAsLong() {
        write(ACME, 1, "x");
        ring.placeDown = true;
        ring.pass(Duration.ofMinutes(59));
        assertThat(turns(storage)).hasSize(1);
        ring.pass(Duration.ofMinutes(2));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(storage))
                .withMessageContaining("the place is down");
    }

    @Test
    void aPlaceThatHasComeBackEmptyGivesNobodyANewKeyAndTakesNone() {
        write(ACME, 1, "x");
        Map<String, KeyPlace.Kept> all = ring.emptied();
        ring.pass(Keyring.SETTINGS.keyCheck());

        assertThat(turns(storage)).as("with the key in memory").hasSize(1);
        trouble().contains("the keys are gone from");
        for (Runnable needsKey : List.<Runnable>of(() -> write(OTHER, 1, "y"), () -> encryption.destroyKey(ACME))) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(needsKey::run)
                    .withMessageContaining("the keys are gone from");
        }
        assertThat(ring.list(null, 10)).isEmpty();

        ring.restored(all);
        ring.pass(Keyring.SETTINGS.keyCheck());
        assertThat(turns(storage)).hasSize(1);
        write(OTHER, 1, "y");
        assertThat(encryption.troubles()).isEmpty();
    }

    @Test
    void whoseANameIsIsNotSaidWhenTheLookFailed() {
        Storage there = node();
        write(ACME, 1, "old");
        turns(there);
        encryption.destroyKey(ACME);
        storage.erase(ACME);
        write(ACME, 1, "new");
        ring.placeDown = true;

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(there))
                .withMessageContaining("the place is down")
                .withMessageNotContaining("is gone");
    }

    @Test
    void anOutageIsRememberedForAMomentAndSoIsANameThatIsNotTheTenants() {
        write(ACME, 1, "x");
        encryption.destroyKey(ACME);
        write(ACME, 2, "y");
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        int before = ring.reads.get();
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        assertThat(ring.reads).hasValue(before);

        encryption.destroyKey(ACME);
        ring.pass(LookMemory.PAUSE);
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        before = ring.reads.get();
        assertThatExceptionOfType(UnavailableException.class)
                .as("there is no key at all")
                .isThrownBy(() -> turns(storage));
        assertThat(ring.reads).hasValue(before);

        Storage there = node();
        ring.placeDown = true;
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(there));
        before = ring.reads.get();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(there))
                .withMessageContaining("the place is down");
        assertThat(ring.reads).hasValue(before);
    }

    @Test
    void aRunIsTakenAndHandedBackWithoutTheKey() {
        RunStart begun = new RunStart(
                new RunId("r"),
                "begun",
                Stored.AGENT,
                null,
                RunState.SUBMITTED,
                1,
                payload("x"),
                payload("what it left"),
                null,
                Due.now(),
                null);
        storage.commit(Commit.in(ACME).start(begun).build());
        RunRecord run = storage.runs()
                .claim("me", List.of(Stored.AGENT), Duration.ofMinutes(1), 1)
                .get(0);
        ring.placeDown = true;
        ring.pass(Duration.ofHours(2));

        storage.commit(Commit.in(ACME)
                .run(new RunChange(
                        run.head().id(),
                        run.head().fence(),
                        "back",
                        RunState.SUBMITTED,
                        1,
                        run.detail(),
                        null,
                        Due.now(),
                        null))
                .build());
        RunRecord claimed = storage.runs()
                .claim("me", List.of(Stored.AGENT), Duration.ofMinutes(1), 1)
                .get(0);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> claimed.input().bytes());
        ring.placeDown = false;
        ring.pass(LookMemory.PAUSE);
        assertThat(Stored.text(claimed.input())).isEqualTo("x");
        assertThat(Stored.text(claimed.detail())).isEqualTo("what it left");
    }
}
