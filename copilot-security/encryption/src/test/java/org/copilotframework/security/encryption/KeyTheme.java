package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.AbstractStringAssert;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of keys share: a store in memory whose keys lie in a keyring that fails at will, and other nodes on both. */
abstract class KeyTheme {
    final Keyring ring = new Keyring();
    final Storage plain = Stored.memory();
    final AeadEncryption encryption = ring.node();
    final Storage storage = encryption.storage(plain);

    @BeforeEach
    final void beginStore() {
        storage.migrate();
    }

    /** The same store by another node, which has no key in memory yet. */
    final Storage node() {
        return ring.node().storage(plain);
    }

    final void write(TenantId tenant, long version, String text) {
        storage.commit(Stored.turn(tenant, Stored.SESSION, version, Stored.payload(text)));
    }

    /** The only one that health tells. */
    final AbstractStringAssert<?> trouble() {
        return assertThat(encryption.troubles()).singleElement().asString();
    }
}
