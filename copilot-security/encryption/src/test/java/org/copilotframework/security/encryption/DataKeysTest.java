package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.OTHER;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.payload;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.encryption.Encryption.Rotation;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.junit.jupiter.api.Test;

/** How long a key lives, in its place and in memory. */
class DataKeysTest {
    private final Keyring ring = new Keyring();
    private final Storage plain = Stored.memory();
    private final AeadEncryption encryption = ring.node();
    private final Storage storage = encryption.storage(plain);

    @Test
    void aTenantHasOneKeyWhicheverNodeMadeIt() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("here")));
        Storage there = ring.node().storage(plain);
        there.commit(Stored.turn(ACME, SESSION, 2, payload("there")));

        assertThat(turns(storage)).hasSize(2);
        assertThat(turns(there)).hasSize(2);
        assertThat(ring.list(null, 10)).containsExactly(ACME, Encryption.KEYS);
    }

    @Test
    void theWrapperIsAskedOncePerKeyAndHalfALife() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
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
    void aWrapperThatIsDownIsSurvivedForAsLongAsAKeyLivesAndHealthSaysSo() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        ring.wrapperDown = true;
        ring.pass(Duration.ofMinutes(40));
        assertThat(turns(storage)).hasSize(1);
        storage.commit(Stored.turn(ACME, SESSION, 2, payload("y")));
        assertThat(encryption.troubles())
                .singleElement()
                .asString()
                .contains("the wrapper is down")
                .contains("copilot.encryption.aead.key-life");

        ring.pass(Duration.ofMinutes(21));
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> storage.commit(Stored.turn(OTHER, SESSION, 1, payload("new"))));

        ring.wrapperDown = false;
        ring.pass(LookMemory.PAUSE);
        assertThat(turns(storage)).hasSize(2);
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("new")));
        assertThat(encryption.troubles()).isEmpty();
    }

    @Test
    void aPlaceThatIsDownIsSurvivedAsLong() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        ring.placeDown = true;
        ring.pass(Duration.ofMinutes(59));
        assertThat(turns(storage)).hasSize(1);
        ring.pass(Duration.ofMinutes(2));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(storage))
                .withMessageContaining("the place is down");
    }

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
    void aRotationWrapsKeysAnewAndWritesNoData() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("y")));
        List<StoredTurn> before = plain.sessions().turns(ACME, SESSION, 1, 1, Long.MAX_VALUE);
        AeadEncryption next = ring.node(Keyring.local(Keyring.OTHER, Keyring.SECRET));

        Rotation first = next.rotateKeys();
        assertThat(first.keys()).isEqualTo(3);
        assertThat(first.rewrapped()).isEqualTo(3);
        assertThat(next.rotateKeys().rewrapped()).as("a second time").isZero();
        assertThat(plain.sessions().turns(ACME, SESSION, 1, 1, Long.MAX_VALUE)).isEqualTo(before);

        Storage without = ring.node(Keyring.local(Keyring.OTHER, null)).storage(plain);
        without.check();
        assertThat(turns(without)).hasSize(1);
        Storage old = ring.node().storage(plain);
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(old::check);
        assertThat(turns(storage)).as("a node that has the key in memory").hasSize(1);
    }

    @Test
    void aRotationThatWasCutShortGoesOn() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        AeadEncryption next = ring.node(Keyring.local(Keyring.OTHER, Keyring.SECRET));
        ring.wrapperDown = true;
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(next::rotateKeys);
        ring.wrapperDown = false;
        // Between the two, a key that is made is wrapped by the new secret already.
        next.storage(plain).commit(Stored.turn(OTHER, SESSION, 1, payload("y")));
        assertThat(next.rotateKeys().rewrapped()).isEqualTo(2);
    }

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
    void aKeyThatWasChangedInItsPlaceIsRefused() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        byte[] there = ring.read(ACME).orElseThrow().content();
        for (int i = 0; i < there.length; i++) {
            byte[] flipped = there.clone();
            flipped[i] ^= 0x20;
            ring.write(ACME, flipped, ring.read(ACME).orElseThrow().version());
            Storage fresh = ring.node().storage(plain);
            assertThatExceptionOfType(UnavailableException.class)
                    .as("byte %d", i)
                    .isThrownBy(() -> turns(fresh));
        }
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

    @Test
    void whoseANameIsIsNotSaidWhenTheLookFailed() {
        storage.migrate();
        Storage there = ring.node().storage(plain);
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("old")));
        turns(there);
        encryption.destroyKey(ACME);
        storage.erase(ACME);
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("new")));
        ring.placeDown = true;

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(there))
                .withMessageContaining("the place is down")
                .withMessageNotContaining("is gone");
    }

    @Test
    void aPlaceThatHasComeBackEmptyGivesNobodyANewKeyAndTakesNone() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        Map<String, KeyPlace.Kept> all = ring.emptied();
        ring.pass(Keyring.SETTINGS.keyCheck());

        assertThat(turns(storage)).as("with the key in memory").hasSize(1);
        assertThat(encryption.troubles()).singleElement().asString().contains("the keys are gone from");
        for (Runnable needsKey : List.<Runnable>of(
                () -> storage.commit(Stored.turn(OTHER, SESSION, 1, payload("y"))),
                () -> encryption.destroyKey(ACME))) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(needsKey::run)
                    .withMessageContaining("the keys are gone from");
        }
        assertThat(ring.list(null, 10)).isEmpty();

        ring.restored(all);
        ring.pass(Keyring.SETTINGS.keyCheck());
        assertThat(turns(storage)).hasSize(1);
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("y")));
        assertThat(encryption.troubles()).isEmpty();
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

    @Test
    void aKeyThatIsMadeAndDestroyedAgainAndAgainIsGivenUp() {
        storage.migrate();
        ring.losing = true;
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> storage.commit(Stored.turn(ACME, SESSION, 1, payload("x"))))
                .withMessageContaining("again and again");
    }

    @Test
    void oneTenantsTroubleIsNotForgottenAtAnothersSuccess() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        storage.commit(Stored.turn(OTHER, SESSION, 1, payload("x")));
        ring.pass(Duration.ofMinutes(40));
        ring.wrapperDown = true;
        turns(storage);
        ring.wrapperDown = false;
        storage.commit(Stored.turn(OTHER, SESSION, 2, payload("y")));
        assertThat(encryption.troubles()).hasSize(1);

        ring.pass(Keyring.SETTINGS.keyCheck());
        turns(storage);
        assertThat(encryption.troubles()).isEmpty();
    }

    @Test
    void anOutageIsRememberedForAMomentAndSoIsANameThatIsNotTheTenants() {
        storage.migrate();
        storage.commit(Stored.turn(ACME, SESSION, 1, payload("x")));
        encryption.destroyKey(ACME);
        storage.commit(Stored.turn(ACME, SESSION, 2, payload("y")));
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        int before = ring.reads.get();
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(storage));
        assertThat(ring.reads).hasValue(before);

        Storage there = ring.node().storage(plain);
        ring.placeDown = true;
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> turns(there));
        before = ring.reads.get();
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> turns(there))
                .withMessageContaining("the place is down");
        assertThat(ring.reads).hasValue(before);
    }

    @Test
    void aRotationGoesOnBehindAKeyThatCannotBeWrappedAndTheOwnKeyComesLast() {
        storage.migrate();
        for (TenantId tenant : List.of(new TenantId("a"), ACME, OTHER)) {
            storage.commit(Stored.turn(tenant, SESSION, 1, payload("x")));
        }
        byte[] whole = ring.read(ACME).orElseThrow().content();
        ring.write(ACME, new byte[] {1}, ring.read(ACME).orElseThrow().version());
        AeadEncryption next = ring.node(Keyring.local(Keyring.OTHER, Keyring.SECRET));

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(next::rotateKeys)
                .withMessageContaining("1 of 3 keys")
                .withMessageContaining("and 2 were")
                .withMessageContaining("'acme'");
        Storage tooEarly = ring.node(Keyring.local(Keyring.OTHER, null)).storage(plain);
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(tooEarly::check);

        ring.write(ACME, whole, ring.read(ACME).orElseThrow().version());
        assertThat(next.rotateKeys().rewrapped()).isEqualTo(2);
        tooEarly.check();
        assertThat(turns(tooEarly)).hasSize(1);
    }

    @Test
    void aRunIsTakenAndHandedBackWithoutTheKey() {
        storage.migrate();
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

    private static List<StoredTurn> turns(Storage of) {
        return of.sessions().turns(ACME, SESSION, Long.MAX_VALUE, 10, Long.MAX_VALUE);
    }
}
