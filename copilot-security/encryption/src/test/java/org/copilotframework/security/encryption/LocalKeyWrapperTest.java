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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "abcabcabcabcabcabcabcabcabcabcabcabca",
                "changeme changeme changeme changeme ",
                "0123456789 0123456789 0123456789 012",
                "!\"#$%&'()*+,-./0123456789:;<=>?@ABCD",
                // 32 bytes of zeros, and those from 0 to 31, in base64 and in hexadecimal.
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            })
    void aSecretThatIsAPatternIsRefused(String weak) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Keyring.local(weak, null))
                .withMessageContaining("copilot.encryption.local.secret-key (in the environment SECRET_KEY)")
                .withMessageContaining("a pattern that is repeated")
                .withMessageContaining("openssl rand -base64 32")
                .withMessageContaining("SECRET_KEY_PREVIOUS")
                .withMessageNotContaining(weak);
    }

    /** Half a key looks long enough as long as it is not decoded. */
    @ParameterizedTest
    @CsvSource({
        // 24 bytes in base64, 16 and 31 in hexadecimal, 30 in that for URLs.
        "qL0vGTd6Dqv1sVd0kZsmCwqN4gq9xR3P, 24",
        "8f14e45fceea167a5a36dedd4bea2543, 16",
        "8f14e45fceea167a5a36dedd4bea25438f14e45fceea167a5a36dedd4bea25, 31",
        "qL0vGTd6Dqv1sVd0kZsmCwqN4gq9xR3P-_8TzKcA, 30",
        // Set apart, as tools print them.
        "8f:14:e4:5f:ce:ea:16:7a:5a:36:de:dd:4b:ea:25:43, 16",
        "8f14e45f ceea167a 5a36dedd 4bea2543, 16",
        "0x8f14e45fceea167a5a36dedd4bea2543, 16",
        "0x8f 0x14 0xe4 0x5f 0xce 0xea 0x16 0x7a 0x5a, 9",
        "'qL0vGTd6Dqv1sVd0\nkZsmCwqN4gq9xR3P', 24",
    })
    void aSecretIsMeasuredByWhatItStandsFor(String brief, int bytes) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Keyring.local(brief, null))
                .withMessageContaining("has " + bytes + " bytes, once it is decoded, and a secret has at least 32")
                .withMessageNotContaining(brief);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qL0vGTd6Dqv1sVd0kZsmCwqN4gq9xR3P1b8TzKcAe2Y=",
                "qL0vGTd6Dqv1sVd0kZsmCwqN4gq9xR3P1b8TzKcAe2Y",
                "8f14e45fceea167a5a36dedd4bea254398c1aa07d4f1b0a2c6e58f0d3b7742aa",
                "8f:14:e4:5f:ce:ea:16:7a:5a:36:de:dd:4b:ea:25:43:98:c1:aa:07:d4:f1:b0:a2:c6:e5:8f:0d:3b:77:42:aa",
                "correct horse battery staple, and some more",
                "correct horse battery staple and some more words",
            })
    void aSecretByChanceIsTaken(String secret) {
        assertThat(Keyring.local(secret, null).keyId()).startsWith("local:");
    }

    /** Else nobody could replace one that was taken once. */
    @Test
    void theSecretBeforeMayBeWeakButNotThePresentOne() {
        String weak = "a".repeat(32);
        assertThat(Keyring.local(Keyring.SECRET, weak).keyId())
                .isEqualTo(Keyring.local(Keyring.SECRET, null).keyId());
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Keyring.local(Keyring.SECRET, Keyring.SECRET))
                .withMessageContaining("SECRET_KEY_PREVIOUS")
                .withMessageContaining("is the same as")
                .withMessageNotContaining(Keyring.SECRET);
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
