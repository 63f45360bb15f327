package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The ciphers give what others have published, and refuse what is said there to be wrong. The files say whose answers they are. */
class PublishedAnswersTest {
    private static final int TAG = 16;

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/vectors/hkdf-sha-256.csv")
    void keysAreDerivedAsWycheproofHasIt(
            int number, String material, @Nullable String salt, @Nullable String info, int length, String expected)
            throws GeneralSecurityException {
        byte[] key = Hkdf.computeHkdf("HmacSha256", hex(material), hex(salt), hex(info), length);
        assertThat(HexFormat.of().formatHex(key)).isEqualTo(expected);
        if (length <= 32) {
            byte[] byHand =
                    DocumentedForm.hkdf(hex(material), salt == null ? new byte[32] : hex(salt), hex(info), length);
            assertThat(byHand).as("the one that the form is tested by").isEqualTo(key);
        }
    }

    /** The cipher that all others here are made of, by the JDK as they use it, and by Tink. */
    @ParameterizedTest(name = "{0}: {6}")
    @CsvFileSource(resources = "/vectors/aes-256-gcm.csv")
    void aesGcmGivesAndRefusesWhatWycheproofHas(
            int number, String key, String nonce, @Nullable String bound, String text, String sealed, String verdict)
            throws GeneralSecurityException {
        byte[] all = joined(hex(nonce), hex(sealed));
        if (verdict.equals("valid")) {
            Cipher cipher = jdk(Cipher.ENCRYPT_MODE, hex(key), hex(nonce), hex(bound));
            assertThat(HexFormat.of().formatHex(cipher.doFinal(hex(text)))).isEqualTo(sealed);
            assertThat(opened(hex(key), all, hex(bound))).isEqualTo(hex(text));
            for (int cut = 1; cut <= TAG; cut++) {
                refused(hex(key), Arrays.copyOf(all, all.length - cut), hex(bound));
            }
            refused(hex(key), all, joined(hex(bound), new byte[1]));
        } else {
            refused(hex(key), all, hex(bound));
        }
    }

    /** The format of files, whose segments are there cut after as few bytes as can be. */
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/vectors/aes-gcm-hkdf-streaming.csv")
    void segmentsAreThoseOfTink(
            int number,
            String hash,
            String key,
            int derived,
            int segment,
            @Nullable String bound,
            @Nullable String text,
            String sealed)
            throws Exception {
        AesGcmHkdfStreaming cipher = new AesGcmHkdfStreaming(hex(key), hash, derived, segment, 0);
        byte[] stored = hex(sealed);
        assertThat(read(cipher, stored, hex(bound))).isEqualTo(hex(text));

        for (int at = 1; at < stored.length; at++) {
            byte[] flipped = stored.clone();
            flipped[at] ^= 1;
            byte[] cut = Arrays.copyOf(stored, at);
            assertThatIOException().as("byte %d", at).isThrownBy(() -> read(cipher, flipped, hex(bound)));
            assertThatIOException().as("up to %d", at).isThrownBy(() -> read(cipher, cut, hex(bound)));
        }
        assertThatIOException().isThrownBy(() -> read(cipher, stored, joined(hex(bound), new byte[1])));
    }

    private static byte[] read(AesGcmHkdfStreaming cipher, byte[] stored, byte[] bound)
            throws GeneralSecurityException, IOException {
        try (InputStream in = cipher.newDecryptingStream(new ByteArrayInputStream(stored), bound)) {
            return in.readAllBytes();
        }
    }

    private static byte[] opened(byte[] key, byte[] sealed, byte[] bound) throws GeneralSecurityException {
        byte[] byTink = new AesGcmJce(key).decrypt(sealed, bound);
        ByteBuffer in = ByteBuffer.wrap(sealed);
        byte[] nonce = new byte[12];
        in.get(nonce);
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        assertThat(jdk(Cipher.DECRYPT_MODE, key, nonce, bound).doFinal(rest)).isEqualTo(byTink);
        return byTink;
    }

    private static void refused(byte[] key, byte[] sealed, byte[] bound) {
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> new AesGcmJce(key).decrypt(sealed, bound));
        byte[] nonce = Arrays.copyOf(sealed, 12);
        byte[] rest = Arrays.copyOfRange(sealed, 12, sealed.length);
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> jdk(Cipher.DECRYPT_MODE, key, nonce, bound).doFinal(rest));
    }

    private static Cipher jdk(int mode, byte[] key, byte[] nonce, byte[] bound) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(bound);
        return cipher;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] hex(@Nullable String digits) {
        return digits == null ? new byte[0] : HexFormat.of().parseHex(digits);
    }
}
