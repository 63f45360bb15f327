package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.spi.encryption.EncryptionProvider;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.KeyWrapperProvider;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.storage.tck.ProviderZipKit;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-security-encryption";
    }

    @Override
    protected List<Expected> providers() {
        return List.of(new Expected(EncryptionProvider.class, "aead"), new Expected(KeyWrapperProvider.class, "local"));
    }

    @Override
    protected List<String> packed() {
        return List.of("tink-");
    }

    @Override
    protected void use(Providers providers) {
        KeyWrapper wrapper =
                providers.the(KeyWrapperProvider.class).open(context(Map.of("secret-key", Keyring.SECRET)));
        Storage store = providers
                .the(EncryptionProvider.class)
                .open(wrapper, new Keyring(), context(Map.of("key-check", "1m", "key-life", "1h")))
                .storage(Stored.memory());
        store.migrate();
        store.commit(Stored.turn(Stored.ACME, Stored.SESSION, 1, Stored.payload("hello")));
        assertThat(Stored.turns(store))
                .singleElement()
                .satisfies(turn -> assertThat(Stored.text(turn.content())).isEqualTo("hello"));
    }
}
