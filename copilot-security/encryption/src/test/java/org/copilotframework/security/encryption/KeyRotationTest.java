package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.OTHER;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.payload;
import static org.copilotframework.security.encryption.Stored.turns;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.Encryption.Rotation;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.junit.jupiter.api.Test;

/** Keys are wrapped anew, and nothing else is written. */
class KeyRotationTest extends KeyTheme {
    @Test
    void aRotationWrapsKeysAnewAndWritesNoData() {
        write(ACME, 1, "x");
        write(OTHER, 1, "y");
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
        Storage old = node();
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(old::check);
        assertThat(turns(storage)).as("a node that has the key in memory").hasSize(1);
    }

    @Test
    void aRotationThatWasCutShortGoesOn() {
        write(ACME, 1, "x");
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
        for (TenantId tenant : List.of(new TenantId("a"), ACME, OTHER)) {
            write(tenant, 1, "x");
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

    /** Else it would be wrapped anew for ever. */
    @Test
    void whatTheWrapperDoesNotKnowAsItsOwnIsToldAndNotWritten() {
        write(ACME, 1, "x");
        AeadEncryption next = ring.node(new EachItsOwn());

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(next::rotateKeys)
                .withMessageContaining("'each:acme'")
                .withMessageContaining("isCurrent");
        assertThat(turns(node())).hasSize(1);
    }

    /** A wrapper with a key for each tenant that does not say which of them are present. */
    private static final class EachItsOwn implements KeyWrapper {
        private final KeyWrapper local = Keyring.local(Keyring.SECRET, null);

        @Override
        public String keyId() {
            return "each";
        }

        @Override
        public WrappedKey wrap(byte[] dataKey, Map<String, String> context) {
            return new WrappedKey(
                    "each:" + context.get(TENANT),
                    1,
                    local.wrap(dataKey, context).bytes());
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, Map<String, String> context) {
            return local.unwrap(new WrappedKey(local.keyId(), 1, wrapped.bytes()), context);
        }

        @Override
        public void close() {
            local.close();
        }
    }

    /** Each time before it is done, a process that has the old secret makes another one. */
    @Test
    void aRotationThatFindsOtherKeysAgainAndAgainIsGivenUp() {
        write(ACME, 1, "x");
        AeadEncryption next = ring.node(Keyring.local(Keyring.OTHER, Keyring.SECRET));
        AtomicReference<TenantId> last = new AtomicReference<>(ACME);
        AtomicInteger number = new AtomicInteger(999);
        ring.wrapping = tenant -> {
            if (tenant.equals(last.get().value())) {
                // Before all others, so it is seen by the next look only.
                TenantId made = new TenantId("a" + number.getAndDecrement());
                last.set(OTHER);
                write(made, 1, "y");
                last.set(made);
            }
        };

        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(next::rotateKeys)
                .withMessageContaining("restart the processes that are still set to it");
        ring.wrapping = tenant -> {};
        assertThat(next.rotateKeys().rewrapped()).isEqualTo(2);
    }
}
