package org.copilotframework.storage.gcs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * How tenants and names become names of objects: {@code <prefix><tenant>/<name>}. An object's name has at most 1,024 bytes; where
 * a file's name is longer than {@value #PLAIN} characters, a digest stands for all of it behind these, and the object says
 * the whole name in its metadata. The order of objects is that of names but for those that begin with the same {@value #PLAIN}
 * characters, which follow each other.
 */
final class ObjectNames {
    static final int PLAIN = 700;
    private static final int MAX_NAME = 1024;
    /** In no file's name, and behind all that may be in one. */
    private static final char CUT = '\u00a7';

    private static final Pattern FORM = Pattern.compile("[\\x20-\\x7E]{1," + MAX_NAME + "}");

    private final String prefix;

    ObjectNames(String prefix) {
        this.prefix = prefix;
    }

    /** What all objects of the store begin with. */
    String anything() {
        return prefix;
    }

    /** What all objects of a tenant begin with, and none of another's. */
    String folder(TenantId tenant) {
        return prefix + tenant.value() + "/";
    }

    /**
     * The object of a file.
     *
     * @throws InvalidRequestException if no file may have the name; shows no character that cannot be printed
     */
    String of(TenantId tenant, String name) {
        check(name);
        return folder(tenant) + (isLong(name) ? cut(name) + digest(name) : name);
    }

    static boolean isLong(String name) {
        return name.length() > PLAIN;
    }

    /** What the objects begin with whose files' names begin like this, and perhaps others. */
    String beginning(TenantId tenant, String names) {
        return folder(tenant) + (isLong(names) ? cut(names) : names);
    }

    /** From which object on those are whose files come after a name. */
    String after(TenantId tenant, String name) {
        int printable = 0;
        while (printable < name.length() && isPrintable(name.charAt(printable))) {
            printable++;
        }
        String text = name.substring(0, printable);
        // Nothing is between a name and the same with a blank.
        return folder(tenant) + (isLong(text) ? cut(text) : printable < name.length() ? text : text + " ");
    }

    /** What objects of long names begin with that follow each other, or null if it is not one. */
    static @Nullable String group(String object) {
        int at = object.lastIndexOf(CUT);
        return at < 0 ? null : object.substring(0, at);
    }

    /** The file's name, if the object has it as it is; null if the object is none of ours. */
    @Nullable
    String plain(TenantId tenant, String object) {
        String name = object.substring(folder(tenant).length());
        return isName(name) && !isLong(name) ? name : null;
    }

    static boolean isWritten(String text) {
        return text.chars().allMatch(c -> isPrintable((char) c));
    }

    private static boolean isPrintable(char c) {
        return c >= ' ' && c <= '~';
    }

    private static String cut(String name) {
        return name.substring(0, PLAIN) + CUT;
    }

    private static String digest(String name) {
        return HexFormat.of().formatHex(Sha256.start().digest(name.getBytes(US_ASCII)));
    }

    private static void check(String name) {
        if (!FORM.matcher(name).matches()) {
            throw new InvalidRequestException("a file's name has 1 to " + MAX_NAME
                    + " characters of printable ASCII; this one has " + name.length() + " characters"
                    + (name.length() > MAX_NAME ? "" : ", or others"));
        } else if (!isName(name)) {
            throw new InvalidRequestException("a file's name is not absolute and has no segment that is empty, '.' or"
                    + " '..'; '" + name + "' is not such a name");
        }
    }

    static boolean isName(String name) {
        if (!FORM.matcher(name).matches()) {
            return false;
        }
        for (String segment : name.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
