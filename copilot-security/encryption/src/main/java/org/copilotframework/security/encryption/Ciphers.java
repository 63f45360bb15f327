package org.copilotframework.security.encryption;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.aead.XAesGcmKey;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/** The ciphers that are used. Which they are is part of what is stored. */
final class Ciphers {
    /** A nonce of 24 bytes and a tag of 16: so much longer a record is than what is in it. */
    static final int RECORD_OVERHEAD = 24 + 16;

    /** How large a segment of a file is as it is stored, its tag of {@link #TAG} bytes included. */
    static final int SEGMENT = 64 << 10;

    static final int TAG = 16;

    /** What stands before the first segment, and is counted to it: a length, a salt, and the beginning of nonces. */
    static final int HEADER = 1 + 32 + 7;

    private static final SecureRandom RANDOM = new SecureRandom();

    static {
        try {
            AeadConfig.register();
        } catch (GeneralSecurityException missing) {
            throw missing(missing);
        }
    }

    private Ciphers() {}

    /**
     * XAES-256-GCM, whose nonces are long enough to be drawn by chance: a key serves for 2^80 records, where AES-GCM alone would be
     * worn out by 2^32.
     */
    @AccessesPartialKey
    static Aead aead(byte[] key) throws GeneralSecurityException {
        XAesGcmKey imported = XAesGcmKey.create(
                PredefinedAeadParameters.XAES_256_GCM_192_BIT_NONCE_NO_PREFIX,
                SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()),
                null);
        return KeysetHandle.newBuilder()
                .addEntry(KeysetHandle.importKey(imported).withRandomId().makePrimary())
                .build()
                .getPrimitive(RegistryConfiguration.get(), Aead.class);
    }

    /** AES-256-GCM in segments, by a key of its own for each file. */
    static AesGcmHkdfStreaming files(byte[] key) throws GeneralSecurityException {
        return new AesGcmHkdfStreaming(key, "HmacSha256", 32, SEGMENT, 0);
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** Every JDK that we run on has them. */
    static IllegalStateException missing(GeneralSecurityException cause) {
        return new IllegalStateException("this JVM lacks the ciphers for encryption at rest: " + cause, cause);
    }
}
