package org.copilotframework.api.spi.encryption;

import java.util.Objects;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * A data key as a {@link KeyWrapper} has encrypted it.
 *
 * @param keyId by which key of the wrapper: 1 to 2,048 characters of printable ASCII, such as the ARN of a KMS key; no secret
 * @param version the form of the bytes, of the wrapper's own counting; from 1
 * @param bytes what the wrapper needs to give the data key back, at most 16 KiB; not copied, so it must not be changed any more
 */
public record WrappedKey(String keyId, int version, byte[] bytes) {
    private static final int MAX_KEY_ID = 2_048;
    private static final int MAX_BYTES = 16 << 10;

    /**
     * Checks the form.
     *
     * @throws InvalidRequestException if something has another form
     */
    public WrappedKey {
        Objects.requireNonNull(keyId, "keyId");
        Objects.requireNonNull(bytes, "bytes");
        boolean ascii = keyId.chars().allMatch(c -> c >= ' ' && c <= '~');
        if (keyId.isEmpty() || keyId.length() > MAX_KEY_ID || !ascii) {
            throw new InvalidRequestException(
                    "keyId: has 1 to " + MAX_KEY_ID + " characters of printable ASCII; this one has " + keyId.length());
        } else if (version < 1 || version > Short.MAX_VALUE) {
            throw new InvalidRequestException("version: is from 1 to " + Short.MAX_VALUE + ", not " + version);
        } else if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw new InvalidRequestException(
                    "bytes: a wrapped key has 1 to " + MAX_BYTES + " bytes; this one has " + bytes.length);
        }
    }

    /** {@return by which key it was wrapped, never the bytes} */
    @Override
    public String toString() {
        return "WrappedKey[by " + keyId + ", version " + version + "]";
    }
}
