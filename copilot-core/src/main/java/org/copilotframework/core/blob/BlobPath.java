package org.copilotframework.core.blob;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * How tenants and names become paths.
 *
 * <p>A path holds lower-case letters, digits, {@code -}, {@code _} and {@code .} as they are and every other character as
 * {@code %} with two lower-case hex digits, so names that differ in case only stay apart on any file system. A folder of a name
 * ends in {@code +}, for {@code a} and {@code a/b} may both be files. What would be too long for one entry of a folder goes on in
 * a folder that ends in {@code ~}.
 */
final class BlobPath {
    static final int MAX_NAME = 1024;
    private static final int MAX_ENTRY = 200;
    private static final String FOLDER = "+";
    private static final String CONTINUED = "~";
    private static final Pattern PLAIN = Pattern.compile("[\\x20-\\x7E]{1," + MAX_NAME + "}");
    /** Names that some systems keep for devices, whatever follows the first dot. */
    private static final Pattern DEVICE = Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    private BlobPath() {}

    /**
     * Checks the form of a name.
     *
     * @throws InvalidRequestException if it has another form; shows no character that cannot be printed
     */
    static void check(String name, int maxLength) {
        if (name.length() > maxLength || !PLAIN.matcher(name).matches()) {
            throw new InvalidRequestException("a file's name has 1 to " + maxLength
                    + " characters of printable ASCII; this one has " + name.length() + " characters"
                    + (name.length() > maxLength ? "" : ", or others"));
        }
        for (String segment : name.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new InvalidRequestException(
                        "a file's name is not absolute and has no segment that is empty, '.' or" + " '..'; '" + name
                                + "' is not such a name");
            }
        }
    }

    static Path of(Path root, TenantId tenant) {
        Path path = root;
        for (String entry : entries(tenant.value(), "")) {
            path = path.resolve(entry);
        }
        return path;
    }

    static Path of(Path root, TenantId tenant, String name) {
        Path path = of(root, tenant);
        String[] segments = name.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            for (String entry : entries(segments[i], i == segments.length - 1 ? "" : FOLDER)) {
                path = path.resolve(entry);
            }
        }
        return path;
    }

    /**
     * What a folder's entry adds to the name of what is within it.
     *
     * @return the text, or empty if the entry was not made here
     */
    static Optional<String> decode(String entry) {
        String body = entry;
        String end = "";
        if (entry.endsWith(FOLDER)) {
            body = entry.substring(0, entry.length() - 1);
            end = "/";
        } else if (entry.endsWith(CONTINUED)) {
            body = entry.substring(0, entry.length() - 1);
        }
        String text = percentDecoded(body);
        return text == null ? Optional.empty() : Optional.of(text + end);
    }

    private static List<String> entries(String segment, String mark) {
        List<String> entries = new ArrayList<>();
        StringBuilder entry = new StringBuilder();
        for (int i = 0; i < segment.length(); i++) {
            boolean last = i == segment.length() - 1;
            String code = encoded(segment.charAt(i), last);
            if (entry.length() + code.length() > MAX_ENTRY) {
                entries.add(entry + CONTINUED);
                entry.setLength(0);
            }
            entry.append(code);
        }
        if (DEVICE.matcher(entry).matches()) {
            entry.replace(0, 1, hex(entry.charAt(0)));
        }
        entries.add(entry + mark);
        return entries;
    }

    private static String encoded(char c, boolean last) {
        boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || (c == '.' && !last);
        return plain ? String.valueOf(c) : hex(c);
    }

    private static String hex(char c) {
        return String.format("%%%02x", (int) c);
    }

    private static @Nullable String percentDecoded(String body) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '%') {
                if (!body.substring(i + 1).matches("[2-7][0-9a-f].*")) {
                    return null;
                }
                c = (char) Integer.parseInt(body.substring(i + 1, i + 3), 16);
                i += 2;
            }
            text.append(c);
        }
        return text.toString();
    }
}
