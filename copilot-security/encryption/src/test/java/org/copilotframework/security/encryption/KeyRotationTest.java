package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.OTHER;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.payload;
import static org.copilotframework.security.encryption.Stored.turns;

import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.Encryption.Rotation;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.junit.jupiter.api.Test;

/** Keys are wrapped anew, and nothing else is written. */
class KeyRotationTest {
    private final Keyring ring = new Keyring();
    private final Storage plain = Stored.memory();
    private final Storage storage = ring.node().storage(plain);

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
}
