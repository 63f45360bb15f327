package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and decrypts payloads. What is stored is a byte that begins no text in UTF-8, the name of the tenant's key, and the
 * ciphertext, which is bound to the tenant, the key and the place of the payload. Safe for use by several threads.
 */
final class Vault {
    /** How much longer a payload is as it is stored. */
    static final int OVERHEAD = 1 + TenantKey.ID + Ciphers.RECORD_OVERHEAD;

    private static final byte SEALED = (byte) 0xC1;
    private static final int HEAD = 1 + TenantKey.ID;
    private static final int LONGEST_NUMBER = 20;
    private static final Pattern NUMBER = Pattern.compile("0|-?[1-9][0-9]*");

    private final DataKeys keys;

    Vault(DataKeys keys) {
        this.keys = keys;
    }

    /**
     * Demands that it is known which key a tenant has, be it none.
     *
     * @throws org.copilotframework.api.error.UnavailableException if the place of the keys or the wrapper fails
     */
    void demandKey(TenantId tenant) {
        keys.demand(tenant);
    }

    /** The key for what a tenant writes; asked for once for all payloads of one commit, when the first of them is sealed. */
    Sealer sealer(TenantId tenant) {
        return new Sealer(tenant, keys);
    }

    /** Encrypts payloads of one tenant. Not safe for use by several threads. */
    static final class Sealer {
        private final TenantId tenant;
        private final DataKeys keys;
        private @Nullable TenantKey key;

        Sealer(TenantId tenant, DataKeys keys) {
            this.tenant = tenant;
            this.keys = keys;
        }

        Payload seal(Payload content, Slot slot) {
            Sealed unopened = content.value(Sealed.class).orElse(null);
            if (unopened != null
                    && unopened.tenant().equals(tenant)
                    && unopened.slot().equals(slot)) {
                // It goes back where it came from, as whoever takes a run and cannot read it hands it back: that needs
                // no key.
                return unopened.stored();
            }
            TenantKey by = key == null ? keys.forWriting(tenant) : key;
            key = by;
            try {
                byte[] sealed = by.records().encrypt(content.bytes(), slot.bound(tenant, by));
                byte[] stored = new byte[HEAD + sealed.length];
                stored[0] = SEALED;
                System.arraycopy(by.id(), 0, stored, 1, TenantKey.ID);
                System.arraycopy(sealed, 0, stored, HEAD, sealed.length);
                return Payload.of(stored);
            } catch (GeneralSecurityException missing) {
                throw Ciphers.missing(missing);
            }
        }

        @Nullable
        Payload sealIfAny(@Nullable Payload content, Slot slot) {
            return content == null ? null : seal(content, slot);
        }
    }

    /**
     * Decrypts a payload.
     *
     * @throws org.copilotframework.api.error.UnavailableException if it is not what was written there, its key is gone, or the key
     *     cannot be had now
     */
    Payload open(TenantId tenant, Payload stored, Slot slot) {
        byte[] bytes = stored.bytes();
        if (!isSealed(stored)) {
            throw Damage.plain(slot.named(tenant));
        } else if (bytes.length < OVERHEAD) {
            throw Damage.of(slot.named(tenant), null);
        }
        TenantKey key = keys.named(tenant, bytes, 1).orElseThrow(() -> Damage.keyless(slot.named(tenant)));
        return open(tenant, key, stored, slot);
    }

    /** Decrypts what was sealed by a key. */
    static Payload open(TenantId tenant, TenantKey key, Payload stored, Slot slot) {
        byte[] bytes = stored.bytes();
        try {
            byte[] sealed = Arrays.copyOfRange(bytes, HEAD, bytes.length);
            return Payload.of(key.records().decrypt(sealed, slot.bound(tenant, key)));
        } catch (GeneralSecurityException changed) {
            throw Damage.of(slot.named(tenant), changed);
        }
    }

    static boolean isSealed(Payload stored) {
        byte[] bytes = stored.bytes();
        return bytes.length > 0 && bytes[0] == SEALED;
    }

    /** Whether a payload says that it was sealed by a key. */
    static boolean isSealedBy(TenantKey key, Payload stored) {
        return isSealed(stored) && stored.bytes().length >= OVERHEAD && key.named(stored.bytes(), 1);
    }

    /**
     * Decrypts a payload among those of other tenants once its bytes are asked for: so one that cannot be decrypted, or whose key
     * takes long, is in nobody's way.
     */
    Payload later(TenantId tenant, Payload stored, Slot slot) {
        return Payload.of(
                new Sealed(tenant, stored, slot),
                one -> open(one.tenant(), one.stored(), one.slot()).bytes());
    }

    private record Sealed(TenantId tenant, Payload stored, Slot slot) {}

    @Nullable
    Payload openIfAny(TenantId tenant, @Nullable Payload stored, Slot slot) {
        return stored == null ? null : open(tenant, stored, slot);
    }

    /** How many bytes a payload had before it was encrypted. */
    static long bytesWithin(@Nullable Payload stored) {
        if (stored == null) {
            return 0;
        }
        byte[] bytes = stored.bytes();
        return bytes.length >= OVERHEAD && bytes[0] == SEALED ? bytes.length - OVERHEAD : bytes.length;
    }

    /** Whether a value is a counter, which stores can only add to as it is. */
    static boolean isCounter(Payload stored) {
        byte[] bytes = stored.bytes();
        return bytes.length > 0
                && bytes.length <= LONGEST_NUMBER
                && NUMBER.matcher(new String(bytes, US_ASCII)).matches();
    }
}
