package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.Hkdf;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A tenant's data key, ready for use. What is used is derived from it, each cipher by a key of its own. Safe for use by several
 * threads.
 */
final class TenantKey {
    /** How long a name is. */
    static final int ID = 8;

    private final byte[] id;
    private final Aead records;
    private final Aead ends;
    private final AesGcmHkdfStreaming files;

    private TenantKey(byte[] id, Aead records, Aead ends, AesGcmHkdfStreaming files) {
        this.id = id;
        this.records = records;
        this.ends = ends;
        this.files = files;
    }

    /**
     * Makes a key ready.
     *
     * @param id names it, without telling anything of it
     * @param dataKey 32 bytes, not kept
     */
    static TenantKey of(byte[] id, byte[] dataKey) {
        try {
            return new TenantKey(
                    id,
                    Ciphers.aead(derived(dataKey, "records")),
                    Ciphers.aead(derived(dataKey, "ends of files")),
                    Ciphers.files(derived(dataKey, "files")));
        } catch (GeneralSecurityException missing) {
            throw Ciphers.missing(missing);
        }
    }

    private static byte[] derived(byte[] dataKey, String use) throws GeneralSecurityException {
        return Hkdf.computeHkdf(
                "HmacSha256", dataKey, null, ("copilot-framework/1/" + use).getBytes(UTF_8), dataKey.length);
    }

    /** Its name; not to be changed. */
    byte[] id() {
        return id;
    }

    boolean named(byte[] stored, int from) {
        return Arrays.equals(id, 0, ID, stored, from, from + ID);
    }

    /** For what a store of sessions and runs keeps. */
    Aead records() {
        return records;
    }

    /** For what stands at the end of a file. */
    Aead ends() {
        return ends;
    }

    /** For the content of files. */
    AesGcmHkdfStreaming files() {
        return files;
    }

    /** {@return its name} */
    @Override
    public String toString() {
        return "TenantKey[" + HexFormat.of().formatHex(id) + "]";
    }
}
