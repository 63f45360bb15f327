package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;

/**
 * A tenant's key as it lies in its place: a version, the key's name, and the wrapping.
 *
 * @param id the key's name
 * @param wrapped the key
 */
record KeyRecord(byte[] id, WrappedKey wrapped) {
    private static final byte VERSION = 1;

    byte[] bytes() {
        byte[] by = wrapped.keyId().getBytes(US_ASCII);
        return ByteBuffer.allocate(1 + TenantKey.ID + 2 + by.length + 2 + 2 + wrapped.bytes().length)
                .put(VERSION)
                .put(id)
                .putShort((short) by.length)
                .put(by)
                .putShort((short) wrapped.version())
                .putShort((short) wrapped.bytes().length)
                .put(wrapped.bytes())
                .array();
    }

    /**
     * Reads what lies in a place.
     *
     * @throws UnavailableException if it is none
     */
    static KeyRecord of(TenantId tenant, byte[] content) {
        try {
            ByteBuffer in = ByteBuffer.wrap(content);
            if (in.get() == VERSION) {
                byte[] id = taken(in, TenantKey.ID);
                String by = new String(taken(in, in.getShort()), US_ASCII);
                KeyRecord read = new KeyRecord(id, new WrappedKey(by, in.getShort(), taken(in, in.getShort())));
                if (!in.hasRemaining()) {
                    return read;
                }
            }
            throw Damage.of("the key of tenant '" + tenant + "'", null);
        } catch (BufferUnderflowException | NegativeArraySizeException | InvalidRequestException changed) {
            throw Damage.of("the key of tenant '" + tenant + "'", changed);
        }
    }

    private static byte[] taken(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** What the wrapping is bound to. */
    static Map<String, String> context(TenantId tenant, byte[] id) {
        return Map.of(
                KeyWrapper.TENANT, tenant.value(), "copilot-key", HexFormat.of().formatHex(id));
    }

    /** {@return its name and by what it is wrapped} */
    @Override
    public String toString() {
        return "KeyRecord[" + HexFormat.of().formatHex(id) + ", " + wrapped + "]";
    }
}
