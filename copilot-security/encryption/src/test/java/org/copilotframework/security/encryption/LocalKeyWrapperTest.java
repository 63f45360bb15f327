package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.junit.jupiter.api.Test;

/** Keys are wrapped by a secret, and by the one before it no more. */
class LocalKeyWrapperTest {
    private static final Map<String, String> CONTEXT = Map.of("copilot-tenant", "acme", "copilot-key", "01");

    private final byte[] key = Ciphers.random(32);

    @Test
    void aKeyComesBackForTheSameContextOnly() {
        KeyWrapper wrapper = Keyring.local(Keyring.SECRET, null);
        WrappedKey wrapped = wrapper.wrap(key, CONTEXT);

        assertThat(wrapper.unwrap(wrapped, CONTEXT)).isEqualTo(key);
        assertThat(Keyring.local(Keyring.SECRET, null).unwrap(wrapped, CONTEXT)).isEqualTo(key);
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> wrapper.unwrap(wrapped, Map.of("copilot-tenant", "other", "copilot-key", "01")));
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> wrapper.unwrap(new WrappedKey(wrapped.keyId(), 2, wrapped.bytes()), CONTEXT))
                .withMessageContaining("version 2");
    }

    @Test
    void thePreviousSecretUnwrapsAndDoesNotWrap() {
        WrappedKey old = Keyring.local(Keyring.SECRET, null).wrap(key, CONTEXT);
        KeyWrapper both = Keyring.local(Keyring.OTHER, Keyring.SECRET);

        assertThat(both.unwrap(old, CONTEXT)).isEqualTo(key);
        assertThat(both.wrap(key, CONTEXT).keyId()).isEqualTo(both.keyId()).isNotEqualTo(old.keyId());
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Keyring.local(Keyring.OTHER, null).unwrap(old, CONTEXT))
                .withMessageContaining("SECRET_KEY")
                .withMessageContaining(old.keyId());
    }

    @Test
    void aMissingOrShortSecretIsRefusedByTheNameOfItsSetting() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> LocalKeyWrapper.of(new LocalKeySettings(Optional.empty(), Optional.empty())))
                .withMessageContaining(
                        "copilot.encryption.local.secret-key (in the environment SECRET_KEY): is not set");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Keyring.local("too short", null))
                .withMessageContaining("SECRET_KEY")
                .withMessageNotContaining("too short");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Keyring.local(Keyring.SECRET, "brief"))
                .withMessageContaining("SECRET_KEY_PREVIOUS")
                .withMessageNotContaining("brief");
    }

    @Test
    void nothingThatIsPrintedShowsASecret() {
        KeyWrapper wrapper = Keyring.local(Keyring.SECRET, Keyring.OTHER);
        LocalKeySettings settings = new LocalKeySettings(Optional.of(Keyring.SECRET), Optional.of(Keyring.OTHER));
        WrappedKey wrapped = wrapper.wrap(key, CONTEXT);
        String all = wrapper + " " + settings + " " + wrapped + " " + new KeyRecord(new byte[8], wrapped) + " "
                + TenantKey.of(new byte[8], key);

        assertThat(all).doesNotContain(Keyring.SECRET).doesNotContain(Keyring.OTHER);
        assertThat(all).contains(wrapper.keyId());
    }
}
