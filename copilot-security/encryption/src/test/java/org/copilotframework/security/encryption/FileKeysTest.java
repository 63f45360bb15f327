package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.payload;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.blob.LocalBlobs;
import org.copilotframework.core.encryption.FileKeys;
import org.copilotframework.core.encryption.ValueKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in the places that the host gives. */
class FileKeysTest {
    @TempDir
    private Path folder;

    /** Wraps so many keys, and then is down. */
    private record Tiring(KeyWrapper wrapper, AtomicInteger left) implements KeyWrapper {
        @Override
        public String keyId() {
            return wrapper.keyId();
        }

        @Override
        public WrappedKey wrap(byte[] dataKey, Map<String, String> context) {
            if (left.getAndDecrement() <= 0) {
                throw new UnavailableException("the wrapper is tired", Duration.ZERO);
            }
            return wrapper.wrap(dataKey, context);
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, Map<String, String> context) {
            return wrapper.unwrap(wrapped, context);
        }

        @Override
        public void close() {
            wrapper.close();
        }
    }

    private static AeadEncryption encryption(KeyWrapper wrapper, KeyPlace place) {
        return new AeadEncryption(wrapper, place, Keyring.SETTINGS, System::nanoTime);
    }

    @Test
    void aRotationThatFailsInTheMiddleIsEndedByTheNext() {
        Storage plain = Stored.memory();
        for (KeyPlace place :
                List.of(new FileKeys(new LocalBlobs(folder), "local:keys"), new ValueKeys(plain.values()))) {
            Storage fresh = place instanceof ValueKeys ? plain : Stored.memory();
            Storage storage =
                    encryption(Keyring.local(Keyring.SECRET, null), place).storage(fresh);
            storage.migrate();
            for (int i = 0; i < 7; i++) {
                storage.commit(Stored.turn(new TenantId("t" + i), SESSION, 1, payload("x")));
            }
            KeyWrapper both = Keyring.local(Keyring.OTHER, Keyring.SECRET);
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> encryption(new Tiring(both, new AtomicInteger(3)), place)
                            .rotateKeys())
                    .withMessageContaining("4 of 7 keys");
            assertThat(encryption(both, place).rotateKeys().rewrapped()).isEqualTo(5);
            encryption(Keyring.local(Keyring.OTHER, null), place).storage(fresh).check();
        }
    }

    @Test
    void whatHasNoTenantsNameIsInNoKeysWay() throws IOException {
        LocalBlobs files = new LocalBlobs(folder);
        Storage plain = Stored.memory();
        for (String name : List.of("a/b", "a b", "zz/z")) {
            plain.values()
                    .compareAndSet(
                            Encryption.KEYS, ValueChange.insert("key/" + name, Payload.of(new byte[] {1}), null));
        }
        files.write(Encryption.KEYS, "keys/a/b", out -> out.write(1));
        for (KeyPlace place : List.of(new FileKeys(files, "local:keys"), new ValueKeys(plain.values()))) {
            place.write(new TenantId("b"), new byte[] {1}, null);
            place.write(new TenantId("c"), new byte[] {1}, null);

            assertThat(place.list(null, 1)).extracting(TenantId::value).containsExactly("b");
            assertThat(place.list(null, 10)).extracting(TenantId::value).containsExactly("b", "c");
            assertThat(place.list(new TenantId("c"), 1)).isEmpty();
        }
    }

    @Test
    void aRotationReachesMoreKeysThanAPageHas() {
        Keyring ring = new Keyring();
        ring.node().storage(Stored.memory()).migrate();
        AeadEncryption encryption = ring.node();
        Storage storage = encryption.storage(Stored.memory());
        for (int i = 0; i <= KeyPlace.MAX_PAGE; i++) {
            storage.commit(Stored.turn(new TenantId("t" + i), SESSION, 1, payload("x")));
        }
        assertThat(ring.node(Keyring.local(Keyring.OTHER, Keyring.SECRET))
                        .rotateKeys()
                        .rewrapped())
                .isEqualTo(KeyPlace.MAX_PAGE + 2);
    }
}
