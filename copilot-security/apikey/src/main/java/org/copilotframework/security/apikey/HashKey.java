package org.copilotframework.security.apikey;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What hashes are made by: HMAC-SHA-256 with a key that is derived from a secret, or SHA-256 if there is none. That is enough against
 * who reads the store, since what is hashed is 256 bits of chance, which nobody finds by trying. What is stored of a key is sealed by
 * another key that is derived from the secret, so that whoever can write to the store neither makes one nor changes what one grants.
 *
 * @param name what a hash says that it was made by
 * @param key the derived key; null for SHA-256
 * @param sealing the derived key of seals; null for SHA-256, by which nothing is sealed
 */
record HashKey(
        String name, @Nullable SecretKeySpec key, @Nullable SecretKeySpec sealing) {
    static final HashKey NONE = new HashKey("sha256", null, null);

    private static final String HMAC = "HmacSHA256";

    /** The one that is derived from a secret (HKDF, RFC 5869), of which neither it nor its name tells anything. */
    static HashKey from(String secret) {
        SecretKeySpec extracted =
                new SecretKeySpec(mac(new SecretKeySpec(new byte[32], HMAC), secret.getBytes(UTF_8)), HMAC);
        byte[] name = Arrays.copyOf(expanded(extracted, "key id"), 8);
        return new HashKey(
                "hmac-" + HexFormat.of().formatHex(name),
                new SecretKeySpec(expanded(extracted, "hashes"), HMAC),
                new SecretKeySpec(expanded(extracted, "seals"), HMAC));
    }

    /** One block is all that is needed. */
    private static byte[] expanded(SecretKeySpec extracted, String use) {
        byte[] label = ("copilot-framework/1/api keys/" + use).getBytes(UTF_8);
        byte[] block = Arrays.copyOf(label, label.length + 1);
        block[label.length] = 1;
        return mac(extracted, block);
    }

    /** Whether anything is sealed by it. */
    boolean seals() {
        return sealing != null;
    }

    /** The seal of what is stored. */
    Hash seal(String content) {
        if (sealing == null) {
            throw new IllegalStateException("nothing is sealed without a secret");
        }
        return Hash.of(name, mac(sealing, content.getBytes(UTF_8)));
    }

    byte[] hash(String text) {
        if (key != null) {
            return mac(key, text.getBytes(UTF_8));
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no SHA-256", missing);
        }
    }

    private static byte[] mac(SecretKeySpec key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no HMAC-SHA-256", missing);
        }
    }

    /** {@return its name} */
    @Override
    public String toString() {
        return name;
    }
}
