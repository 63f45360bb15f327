package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * What a ciphertext is bound to, so that it is no other's: texts and numbers, each with its length, of which no two lists give the
 * same bytes. Not safe for use by several threads.
 */
final class Bound {
    private byte[] bytes = new byte[160];
    private int length;

    private Bound() {}

    /** Begins with the kind of what is encrypted. */
    static Bound to(String kind) {
        return new Bound().and(kind);
    }

    Bound and(String text) {
        return and(text.getBytes(UTF_8));
    }

    Bound and(byte[] part) {
        room(4 + part.length);
        number(part.length, 4);
        System.arraycopy(part, 0, bytes, length, part.length);
        length += part.length;
        return this;
    }

    private void number(long value, int size) {
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }
}
