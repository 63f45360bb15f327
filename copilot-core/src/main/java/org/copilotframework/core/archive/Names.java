package org.copilotframework.core.archive;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.copilotframework.core.naming.NearNames;
import org.jspecify.annotations.Nullable;

/** The names of entries: which are hostile, which cannot be files, and how they are shown. */
final class Names {
    private static final int SHOWN = 100;
    /** Far more than a build makes, and few enough that looking at each folder of each name costs nothing. */
    private static final int MAX_LENGTH = 512;

    private static final int MAX_SEGMENTS = 64;
    private static final Pattern WINDOWS_FORBIDDEN = Pattern.compile("[<>:\"|?*]");
    private static final Set<String> WINDOWS_DEVICES = Set.of(
            "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
            "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    private Names() {}

    /** What makes the name hostile, or null if it names a place below the archive's root. */
    static @Nullable String hostile(String name) {
        if (name.isEmpty()) {
            return "is empty";
        }
        if (name.length() > MAX_LENGTH) {
            return "is longer than " + MAX_LENGTH + " characters";
        }
        if (name.charAt(0) == '/') {
            return "is absolute";
        }
        if (name.length() > 1 && name.charAt(1) == ':') {
            return "begins with a drive";
        }
        int segment = 0;
        int segments = 0;
        for (int i = 0; i <= name.length(); i++) {
            char c = i == name.length() ? '/' : name.charAt(i);
            if (c == '\\') {
                return "has a backslash";
            }
            if (c < ' ' || c == 0x7F) {
                return "has a control character";
            }
            if (c == '/') {
                int length = i - segment;
                boolean dots =
                        length == 2 && name.startsWith("..", segment) || length == 1 && name.startsWith(".", segment);
                if (dots || length == 0 && i < name.length()) {
                    return dots ? "leads out of its folder" : "has an empty folder name";
                }
                segments += length == 0 ? 0 : 1;
                if (segments > MAX_SEGMENTS) {
                    return "has more than " + MAX_SEGMENTS + " folders";
                }
                segment = i + 1;
            }
        }
        return null;
    }

    /** What keeps the name from being a file on every system, or null; for a name that is not hostile. */
    static @Nullable String unfit(String name) {
        if (WINDOWS_FORBIDDEN.matcher(name).find()) {
            return "has a character that Windows does not allow";
        }
        for (String segment : name.split("/")) {
            if (segment.endsWith(".") || segment.endsWith(" ")) {
                return "ends with a dot or a space, which Windows drops";
            }
            int dot = segment.indexOf('.');
            String stem = (dot < 0 ? segment : segment.substring(0, dot)).stripTrailing();
            if (WINDOWS_DEVICES.contains(stem.toLowerCase(Locale.ROOT))) {
                return "is a device on Windows";
            }
        }
        return null;
    }

    /** A name as a message may show it: printable and short. */
    static String shown(String name) {
        return NearNames.shown(name, SHOWN);
    }
}
