package org.copilotframework.storage.s3;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * How tenants and names become the keys of S3: {@code prefix/tenant/name}, as they are.
 *
 * <p>A key has at most 1,024 bytes, and a name alone may have as many. So of a name that is longer than {@value #PLAIN}
 * characters the key has the beginning, a character that no name has, and a digest; the rest of the name is metadata. All such
 * names with the same beginning are together in a listing, and only among themselves out of order.
 */
final class Keys {
    static final int PLAIN = 780;
    private static final int MAX_NAME = 1024;
    /** Two bytes, and greater than any character of a name. */
    private static final char CUT = '\u00A7';

    private static final Pattern CHARACTERS = Pattern.compile("[\\x20-\\x7E]{1," + MAX_NAME + "}");
    private static final Pattern DOTS = Pattern.compile("(.*/)?\\.{1,2}(/.*)?");

    private final String prefix;

    Keys(String prefix) {
        this.prefix = prefix;
    }

    /**
     * A file's place.
     *
     * @param name as its owner calls it
     * @param text the key
     * @param rest what the key does not tell of the name, null if it tells all
     */
    record Key(String name, String text, @Nullable String rest) {}

    /** The key of a name, whose form is checked. */
    Key of(TenantId tenant, String name) {
        if (name.length() > MAX_NAME || !CHARACTERS.matcher(name).matches()) {
            throw new InvalidRequestException("a file's name has 1 to " + MAX_NAME
                    + " characters of printable ASCII; this one has " + name.length() + " characters"
                    + (name.length() > MAX_NAME ? "" : ", or others"));
        } else if (!isName(name)) {
            throw new InvalidRequestException(
                    "a file's name is not absolute and has no segment that is empty, '.' or '..'; '" + name
                            + "' is not such a name");
        } else if (name.length() <= PLAIN) {
            return new Key(name, folder(tenant) + name, null);
        }
        return new Key(name, folder(tenant) + beginning(name) + CUT + hash(name), encoded(name.substring(PLAIN)));
    }

    /** What all keys of a tenant begin with, and no other's. */
    String folder(TenantId tenant) {
        return prefix + tenant.value() + "/";
    }

    /** What a key has of a name. */
    static String beginning(String name) {
        return name.substring(0, Math.min(PLAIN, name.length()));
    }

    /** Whether a text is a name. */
    static boolean isName(String text) {
        return CHARACTERS.matcher(text).matches()
                && !text.startsWith("/")
                && !text.endsWith("/")
                && !text.contains("//")
                && !DOTS.matcher(text).matches();
    }

    /** Whether a name may begin with a text. */
    static boolean mayBegin(String text) {
        return text.isEmpty() || isName(text + "x");
    }

    /** Where the key, without the tenant's folder, of a long name is cut; negative if it is a name itself. */
    static int cut(String text) {
        return text.indexOf(CUT);
    }

    /** The name whose beginning and rest are known; not checked. */
    static String joined(String beginning, String rest) {
        return beginning + new String(Base64.getUrlDecoder().decode(rest), StandardCharsets.US_ASCII);
    }

    private static String encoded(String rest) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(rest.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hash(String name) {
        byte[] hash = digest("SHA-256").digest(name.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException lacking) {
            throw new IllegalStateException("this JVM has no " + algorithm, lacking);
        }
    }
}
