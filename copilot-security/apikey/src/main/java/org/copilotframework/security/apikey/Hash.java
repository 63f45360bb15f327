package org.copilotframework.security.apikey;

import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The hash of a key's text.
 *
 * @param by what made it: {@code sha256}, or {@code hmac-} and the name of the key that keyed it
 * @param hex its bytes
 */
record Hash(String by, String hex) {
    static Hash of(String by, byte[] bytes) {
        return new Hash(by, HexFormat.of().formatHex(bytes));
    }

    /** Compares in a time that tells nothing. */
    boolean is(byte[] bytes) {
        return MessageDigest.isEqual(HexFormat.of().parseHex(hex), bytes);
    }

    /** As it is stored. */
    String line() {
        return by + ":" + hex;
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it has another form
     */
    static Hash parse(String line) {
        if (!line.matches("(sha256|hmac-[0-9a-f]{16}):[0-9a-f]{64}")) {
            throw new IllegalArgumentException("no hash");
        }
        int colon = line.indexOf(':');
        return new Hash(line.substring(0, colon), line.substring(colon + 1));
    }

    /** {@return what made it} */
    @Override
    public String toString() {
        return "Hash[" + by + "]";
    }
}
