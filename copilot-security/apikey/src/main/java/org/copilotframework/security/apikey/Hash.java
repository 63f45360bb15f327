package org.copilotframework.security.apikey;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The hash of a key's text, or the seal of what is stored of it.
 *
 * @param by what made it: {@code sha256}, or {@code hmac-} and the name of the key that keyed it
 * @param hex its bytes
 */
record Hash(String by, String hex) {
    private static final int MOST = 8;

    static Hash of(String by, byte[] bytes) {
        return new Hash(by, HexFormat.of().formatHex(bytes));
    }

    /** Compares in a time that tells nothing. */
    boolean is(byte[] bytes) {
        return MessageDigest.isEqual(HexFormat.of().parseHex(hex), bytes);
    }

    boolean is(Hash other) {
        return by.equals(other.by()) && is(HexFormat.of().parseHex(other.hex()));
    }

    /** As it is stored. */
    String line() {
        return by + ":" + hex;
    }

    /** As several are stored. */
    static String line(List<Hash> all) {
        return all.stream().map(Hash::line).collect(Collectors.joining(" "));
    }

    /**
     * Reads several.
     *
     * @throws IllegalArgumentException if one has another form, or there are more than anybody writes
     */
    static List<Hash> parseAll(String line) {
        String[] all = line.split(" ", MOST + 1);
        if (all.length > MOST) {
            throw new IllegalArgumentException("more than " + MOST + " hashes");
        }
        return Arrays.stream(all).map(Hash::parse).toList();
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
