package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Whether a secret may be one. Chance cannot be measured; what is looked for are the mistakes that are made: half of a key, a key of
 * zeros, one key held down, and a counting up.
 */
final class SecretStrength {
    static final int FEWEST_BYTES = 32;

    private SecretStrength() {}

    /** What is wrong with a secret, without telling any of it; empty if nothing is. */
    static Optional<String> fault(String secret) {
        byte[] bytes = decoded(secret);
        if (isPattern(bytes) || isPattern(secret.getBytes(UTF_8))) {
            return Optional.of("is a pattern that is repeated, and a secret is made by chance");
        } else if (bytes.length < FEWEST_BYTES) {
            return Optional.of("has " + bytes.length + " bytes"
                    + (bytes.length == secret.getBytes(UTF_8).length ? "" : ", once it is decoded")
                    + ", and a secret has at least " + FEWEST_BYTES);
        }
        return Optional.empty();
    }

    /**
     * What hexadecimal digits or base64 stand for, which has less chance than characters; of all else the bytes of the text. However
     * the digits are set apart, as in 0x8f:14, and wherever a line of base64 is broken.
     */
    static byte[] decoded(String secret) {
        String digits = secret.replaceAll("\\b0[xX]|[\\s:]", "");
        if (digits.matches("([0-9a-fA-F]{2})+")) {
            return HexFormat.of().parseHex(digits);
        }
        String lines = secret.strip().replaceAll("[\\r\\n\\t]", "");
        try {
            return (lines.indexOf('-') >= 0 || lines.indexOf('_') >= 0 ? Base64.getUrlDecoder() : Base64.getDecoder())
                    .decode(lines);
        } catch (IllegalArgumentException text) {
            return secret.getBytes(UTF_8);
        }
    }

    /** Whether the steps from byte to byte repeat, as they do in what is repeated, all one, or counted up. */
    private static boolean isPattern(byte[] bytes) {
        byte[] steps = new byte[Math.max(0, bytes.length - 1)];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = (byte) (bytes[i + 1] - bytes[i]);
        }
        for (int period = 1; period <= steps.length / 2; period++) {
            if (Arrays.equals(steps, period, steps.length, steps, 0, steps.length - period)) {
                return true;
            }
        }
        return false;
    }
}
