package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Reads what is stored by nothing but the JDK and decision 0046, so that the one is known to be what the other says. Shares no code
 * with what is tested.
 */
final class DocumentedForm {
    private static final int SEGMENT = 65_536;

    private final byte[] keyId;
    private final byte[] dataKey;
    private final String tenant;

    private DocumentedForm(String tenant, byte[] keyId, byte[] dataKey) {
        this.tenant = tenant;
        this.keyId = keyId;
        this.dataKey = dataKey;
    }

    /** A file as it was written. */
    record File(byte[] content, String contentType, Map<String, String> metadata) {}

    /** Unwraps a tenant's key as it lies in its place. */
    static DocumentedForm of(String secret, String tenant, byte[] stored) throws GeneralSecurityException {
        byte[] material = secret.getBytes(UTF_8);
        ByteBuffer in = ByteBuffer.wrap(stored);
        assertThat(in.get()).as("version of the form").isEqualTo((byte) 1);
        byte[] id = taken(in, 8);
        String by = new String(taken(in, in.getShort()), US_ASCII);
        assertThat(by).isEqualTo("local:" + hex(derived(material, "key id", 8)));
        assertThat(in.getShort()).as("version of the wrapping").isEqualTo((short) 1);
        byte[] wrapped = taken(in, in.getShort());
        assertThat(in.hasRemaining()).isFalse();
        byte[] bound = bound("data key", "copilot-key", hex(id), "copilot-tenant", tenant);
        return new DocumentedForm(tenant, id, xaes(derived(material, "key wrapping", 32), wrapped, bound));
    }

    /** Opens a record of a kind at a place. */
    byte[] record(byte[] stored, String kind, String... place) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(stored);
        assertThat(in.get()).isEqualTo((byte) 0xC1);
        assertThat(taken(in, 8)).isEqualTo(keyId);
        Object[] parts = new Object[3 + place.length];
        parts[0] = kind;
        parts[1] = tenant;
        parts[2] = keyId;
        System.arraycopy(place, 0, parts, 3, place.length);
        return xaes(derived(dataKey, "records", 32), taken(in, in.remaining()), bound(parts));
    }

    /** Opens a file. */
    File file(byte[] stored, String name) throws GeneralSecurityException {
        int body = stored.length - 4_096;
        ByteBuffer in = ByteBuffer.wrap(stored, body, 4_096);
        assertThat(in.get()).isEqualTo((byte) 0xC2);
        assertThat(taken(in, 8)).isEqualTo(keyId);
        byte[] sealed = taken(in, in.remaining());
        byte[] bound = bound("end of a file", tenant, name, keyId);
        ByteBuffer end = ByteBuffer.wrap(xaes(derived(dataKey, "ends of files", 32), sealed, bound));
        assertThat(end.get()).as("version of the form").isEqualTo((byte) 1);
        long size = end.getLong();
        byte[] digest = taken(end, 32);
        assertThat(taken(end, 40)).as("header").isEqualTo(Arrays.copyOf(stored, 40));
        String type = new String(taken(end, end.get() & 0xFF), US_ASCII);
        Map<String, String> metadata = new TreeMap<>();
        for (int left = end.getShort(); left > 0; left--) {
            String key = new String(taken(end, end.get()), US_ASCII);
            metadata.put(key, new String(taken(end, end.getShort()), US_ASCII));
        }
        assertThat(taken(end, end.remaining())).as("the rest of the end").containsOnly(0);
        byte[] content = content(Arrays.copyOf(stored, body), name);
        assertThat(size).isEqualTo(content.length);
        assertThat(digest).isEqualTo(MessageDigest.getInstance("SHA-256").digest(content));
        return new File(content, type, metadata);
    }

    private byte[] content(byte[] stored, String name) throws GeneralSecurityException {
        assertThat(stored[0]).as("length of the header").isEqualTo((byte) 40);
        byte[] bound = bound("file", tenant, name, keyId);
        byte[] key = hkdf(derived(dataKey, "files", 32), Arrays.copyOfRange(stored, 1, 33), bound, 32);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int from = 40;
        for (int segment = 0; from < stored.length || segment == 0; segment++) {
            int to = Math.min(stored.length, (segment + 1) * SEGMENT);
            byte last = (byte) (to == stored.length ? 1 : 0);
            ByteBuffer nonce =
                    ByteBuffer.allocate(12).put(stored, 33, 7).putInt(segment).put(last);
            content.writeBytes(gcm(key, nonce.array(), new byte[0], Arrays.copyOfRange(stored, from, to)));
            from = to;
        }
        return content.toByteArray();
    }

    private static byte[] bound(Object... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Object part : parts) {
            byte[] bytes = part instanceof byte[] raw ? raw : part.toString().getBytes(UTF_8);
            all.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private static byte[] derived(byte[] material, String use, int length) throws GeneralSecurityException {
        return hkdf(material, new byte[32], ("copilot-framework/1/" + use).getBytes(UTF_8), length);
    }

    /** RFC 5869 with SHA-256, for keys of one block at most. */
    static byte[] hkdf(byte[] material, byte[] salt, byte[] info, int length) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(salt, "HmacSHA256"));
        byte[] extracted = mac.doFinal(material);
        mac.init(new SecretKeySpec(extracted, "HmacSHA256"));
        mac.update(info);
        return Arrays.copyOf(mac.doFinal(new byte[] {1}), length);
    }

    /** XAES-256-GCM as C2SP has it: a key from the first half of the nonce by AES-CMAC, and AES-256-GCM with the second half. */
    static byte[] xaes(byte[] key, byte[] sealed, byte[] bound) throws GeneralSecurityException {
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        byte[] subkey = doubled(aes.doFinal(new byte[16]));
        ByteBuffer derived = ByteBuffer.allocate(32);
        for (byte counter = 1; counter <= 2; counter++) {
            byte[] block = ByteBuffer.allocate(16)
                    .put(new byte[] {0, counter, 'X', 0})
                    .put(sealed, 0, 12)
                    .array();
            for (int i = 0; i < block.length; i++) {
                block[i] ^= subkey[i];
            }
            derived.put(aes.doFinal(block));
        }
        return gcm(
                derived.array(),
                Arrays.copyOfRange(sealed, 12, 24),
                bound,
                Arrays.copyOfRange(sealed, 24, sealed.length));
    }

    private static byte[] doubled(byte[] block) {
        byte[] twice = new byte[block.length];
        for (int i = 0; i < block.length; i++) {
            int next = i + 1 < block.length ? (block[i + 1] & 0xFF) >>> 7 : 0;
            twice[i] = (byte) (block[i] << 1 | next);
        }
        if (block[0] < 0) {
            twice[block.length - 1] ^= (byte) 0x87;
        }
        return twice;
    }

    private static byte[] gcm(byte[] key, byte[] nonce, byte[] bound, byte[] sealed) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(bound);
        return cipher.doFinal(sealed);
    }

    private static byte[] taken(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
