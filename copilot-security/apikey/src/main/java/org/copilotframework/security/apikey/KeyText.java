package org.copilotframework.security.apikey;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A key as a client sends it: {@code ck_<id>_<secret>}. The secret ends with a checksum, so that a key that was typed wrongly needs no
 * look into the store, and whoever searches texts for lost keys can tell one from chance.
 *
 * @param id its public part: 12 letters and digits, of which the store can make no others by changing their case
 * @param text all of it
 */
record KeyText(String id, String text) {
    static final int LONGEST = 65;

    private static final String ID_DIGITS = "abcdefghijklmnopqrstuvwxyz234567";
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int SECRET_BYTES = 32;
    private static final int SECRET_DIGITS = 43;
    private static final int CHECK_DIGITS = 6;
    private static final Pattern ID = Pattern.compile("[a-z2-7]{12}");
    private static final Pattern FORM = Pattern.compile("(ck_([a-z2-7]{12})_[0-9A-Za-z]{43})([0-9A-Za-z]{6})");

    /** Makes a new one. */
    static KeyText make(SecureRandom random) {
        StringBuilder id = new StringBuilder();
        while (id.length() < 12) {
            id.append(ID_DIGITS.charAt(random.nextInt(ID_DIGITS.length())));
        }
        return make(id.toString(), random);
    }

    /** Makes another one of the same id. */
    static KeyText make(String id, SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String begin = "ck_" + id + "_" + digits(new BigInteger(1, secret), SECRET_DIGITS);
        return new KeyText(id, begin + check(begin));
    }

    /** The key that a text is, if it has the form and the checksum is right. */
    static Optional<KeyText> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches() && check(form.group(1)).equals(form.group(3))
                ? Optional.of(new KeyText(form.group(2), text))
                : Optional.empty();
    }

    /** Whether this can be the id of a key. */
    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    private static String check(String begin) {
        CRC32 sum = new CRC32();
        sum.update(begin.getBytes(US_ASCII));
        return digits(BigInteger.valueOf(sum.getValue()), CHECK_DIGITS);
    }

    private static String digits(BigInteger number, int length) {
        char[] digits = new char[length];
        BigInteger rest = number;
        for (int i = length - 1; i >= 0; i--) {
            BigInteger[] divided = rest.divideAndRemainder(BigInteger.valueOf(DIGITS.length()));
            digits[i] = DIGITS.charAt(divided[1].intValue());
            rest = divided[0];
        }
        return new String(digits);
    }

    /** {@return its public part} */
    @Override
    public String toString() {
        return "KeyText[" + id + "]";
    }
}
