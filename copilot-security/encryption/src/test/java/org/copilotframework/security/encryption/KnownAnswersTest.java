package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.Hkdf;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ciphers give what those who specified them say. */
class KnownAnswersTest {
    /** RFC 5869, appendix A: test cases 1, 2 (its long inputs made here) and 3. */
    @ParameterizedTest
    @CsvSource({
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 000102030405060708090a0b0c, f0f1f2f3f4f5f6f7f8f9, 42,"
                + "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, '', '', 42,"
                + "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    })
    void hkdfIsThatOfRfc5869(String material, String salt, String info, int length, String expected) throws Exception {
        byte[] key = Hkdf.computeHkdf("HmacSha256", hex(material), hex(salt), hex(info), length);
        assertThat(HexFormat.of().formatHex(key)).isEqualTo(expected);
    }

    @Test
    void hkdfOfLongInputsIsThatOfRfc5869() throws Exception {
        byte[] key = Hkdf.computeHkdf("HmacSha256", run(0x00, 80), run(0x60, 80), run(0xb0, 80), 82);
        assertThat(HexFormat.of().formatHex(key))
                .isEqualTo(
                        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
                                + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
    }

    /** "The Galois/Counter Mode of Operation" (McGrew, Viega; submitted to NIST), appendix B: test cases 13 to 16. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000000, 000000000000000000000000, '', '',"
                + "530f8afbc74536b9a963b4f1c4cb738b",
        "0000000000000000000000000000000000000000000000000000000000000000, 000000000000000000000000, '',"
                + "00000000000000000000000000000000,"
                + "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308, cafebabefacedbaddecaf888,"
                + "feedfacedeadbeeffeedfacedeadbeefabaddad2,"
                + "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39,"
                + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b",
    })
    void aesGcmIsThatOfNist(String key, String nonce, String bound, String text, String expected) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(hex(key), "AES"), new GCMParameterSpec(128, hex(nonce)));
        cipher.updateAAD(hex(bound));
        assertThat(HexFormat.of().formatHex(cipher.doFinal(hex(text)))).isEqualTo(expected);
    }

    /** C2SP, XAES-256-GCM, "Test Vectors": records are encrypted by this. */
    @Test
    void recordsAreEncryptedAsC2spSays() throws Exception {
        byte[] nonce = "ABCDEFGHIJKLMNOPQRSTUVWX".getBytes(US_ASCII);
        byte[] first = hex("ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271");
        byte[] second = hex("986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d");

        assertThat(Ciphers.aead(filled(1)).decrypt(joined(nonce, first), new byte[0]))
                .isEqualTo("XAES-256-GCM".getBytes(US_ASCII));
        byte[] bound = "c2sp.org/XAES-256-GCM".getBytes(US_ASCII);
        assertThat(Ciphers.aead(filled(3)).decrypt(joined(nonce, second), bound))
                .isEqualTo("XAES-256-GCM".getBytes(US_ASCII));
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> Ciphers.aead(filled(3)).decrypt(joined(nonce, second), new byte[0]));
    }

    /** Files are decrypted here by the JDK alone, from what the format says. */
    @Test
    void filesAreAesGcmInSegmentsByAKeyOfTheirOwn() throws Exception {
        byte[] content = new byte[3 * Ciphers.SEGMENT + 17];
        new Random(1).nextBytes(content);
        byte[] bound = "bound to this".getBytes(US_ASCII);
        AesGcmHkdfStreaming files = Ciphers.files(filled(7));
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = files.newEncryptingStream(sealed, bound)) {
            out.write(content);
        }
        byte[] stored = sealed.toByteArray();
        assertThat(stored).hasSize((int) FileForm.body(content.length));
        assertThat(stored[0]).isEqualTo((byte) Ciphers.HEADER);

        byte[] key = hkdf(filled(7), Arrays.copyOfRange(stored, 1, 33), bound);
        ByteArrayOutputStream open = new ByteArrayOutputStream();
        int segments = (int) FileForm.segments(content.length);
        for (int i = 0; i < segments; i++) {
            ByteBuffer nonce =
                    ByteBuffer.allocate(12).put(stored, 33, 7).putInt(i).put((byte) (i == segments - 1 ? 1 : 0));
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce.array()));
            open.write(cipher.doFinal(stored, (int) FileForm.stored(i), FileForm.length(i, content.length)));
        }
        assertThat(open.toByteArray()).isEqualTo(content);
    }

    private static byte[] hkdf(byte[] material, byte[] salt, byte[] info) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(salt, "HmacSHA256"));
        byte[] extracted = mac.doFinal(material);
        mac.init(new SecretKeySpec(extracted, "HmacSHA256"));
        mac.update(info);
        return mac.doFinal(new byte[] {1});
    }

    private static byte[] filled(int with) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) with);
        return key;
    }

    private static byte[] run(int from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
