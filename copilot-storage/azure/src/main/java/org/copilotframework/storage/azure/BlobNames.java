package org.copilotframework.storage.azure;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * How tenants and names become names of blobs: {@code <prefix><tenant>/<name>}, in an order that is that of names.
 *
 * <p>Of a few names the service would make others, so they are kept as text of the same place in the order, with a mark that no
 * file's name has: a backslash becomes {@code [§}; a dot before a slash {@code ..§}, and the last of all {@code -§}.
 *
 * <p>A blob's name has at most 1,024 characters and 254 segments. Where a file's name is longer than {@value #PLAIN}
 * characters, a digest stands for all of it behind these, and the blob says the whole name in its metadata. Those that begin with
 * the same {@value #PLAIN} characters follow each other, in another order.
 */
final class BlobNames {
    static final int PLAIN = 240;
    private static final int MAX_NAME = 1024;
    /** In no file's name, and behind all that may be in one. */
    private static final String MARK = "\u00a7";

    private static final String CUT = MARK + MARK;

    private static final Pattern FORM = Pattern.compile("[\\x20-\\x7E]{1," + MAX_NAME + "}");

    private final String prefix;

    BlobNames(String prefix) {
        this.prefix = prefix;
    }

    /** What all blobs of the store begin with. */
    String anything() {
        return prefix;
    }

    /** What all blobs of a tenant begin with, and none of another's. */
    String folder(TenantId tenant) {
        return prefix + open(tenant.value() + "/");
    }

    /**
     * The blob of a file.
     *
     * @throws InvalidRequestException if no file may have the name; shows no character that cannot be printed
     */
    String of(TenantId tenant, String name) {
        check(name);
        return folder(tenant) + (isLong(name) ? cut(name) + digest(name) : closed(name));
    }

    static boolean isLong(String name) {
        return name.length() > PLAIN;
    }

    /** What the blobs begin with whose files' names begin like this, and perhaps others. */
    String beginning(TenantId tenant, String names) {
        if (isLong(names)) {
            return folder(tenant) + cut(names);
        }
        // What becomes of a dot is told by what follows.
        return folder(tenant) + open(names.endsWith(".") ? names.substring(0, names.length() - 1) : names);
    }

    /** From which blob on those are whose files' names begin like this and come after a name. */
    String from(TenantId tenant, String beginning, String after) {
        int printable = 0;
        while (printable < after.length() && isPrintable(after.charAt(printable))) {
            printable++;
        }
        String text = after.substring(0, printable);
        // Nothing is between a name and the same with a blank.
        String next = printable < after.length() || after.isEmpty() ? text : text + " ";
        String first = next.compareTo(beginning) < 0 ? beginning : next;
        return folder(tenant) + (isLong(first) ? cut(first) : closed(first));
    }

    /** What blobs of long names begin with that follow each other, or null if it is not one. */
    static @Nullable String group(String blob) {
        int at = blob.lastIndexOf(CUT);
        return at < 0 ? null : blob.substring(0, at);
    }

    /** The file's name, if the blob tells it by its own; null if the blob is none of ours. */
    @Nullable
    String plain(TenantId tenant, String blob) {
        String kept = blob.substring(folder(tenant).length());
        String name = (kept.endsWith("-" + MARK) ? kept.substring(0, kept.length() - 2) + "." : kept)
                .replace(".." + MARK + "/", "./")
                .replace("[" + MARK, "\\");
        return isName(name) && !isLong(name) && closed(name).equals(kept) ? name : null;
    }

    static boolean isWritten(String text) {
        return text.chars().allMatch(c -> isPrintable((char) c));
    }

    private static boolean isPrintable(char c) {
        return c >= ' ' && c <= '~';
    }

    /** A name that goes on. */
    private static String open(String name) {
        return name.replace("\\", "[" + MARK).replace("./", ".." + MARK + "/");
    }

    /** A whole name. */
    private static String closed(String name) {
        return name.endsWith(".") ? open(name.substring(0, name.length() - 1)) + "-" + MARK : open(name);
    }

    private static String cut(String name) {
        return open(name.substring(0, PLAIN)) + CUT;
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
