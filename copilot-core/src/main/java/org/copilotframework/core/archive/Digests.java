package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Compares an archive's digest with what was said of it. */
final class Digests {
    private static final int LENGTH = 64;
    private static final int MAX_SIDECAR = 4096;

    private Digests() {}

    /** Whether somebody told the digest; if so, it is the right one. */
    static boolean check(Path source, String name, String digest, @Nullable String expected, Trust trust)
            throws RefusedArchiveException {
        String sidecarName = name + ArchiveGlance.DIGEST_SUFFIX;
        if (expected != null) {
            compare(name, digest, expected, "the digest that was given");
        }
        Path sidecar = source.resolveSibling(sidecarName);
        if (Files.isRegularFile(sidecar)) {
            compare(name, digest, read(sidecar, name), sidecarName);
            return true;
        } else if (expected == null && trust.asksForDigest()) {
            throw new RefusedArchiveException(
                    name,
                    "nothing tells which digest it must have; give the digest, or put " + sidecarName
                            + " beside it (sha256sum " + name + " > " + sidecarName + ")",
                    null);
        }
        return expected != null;
    }

    /** Whether it is a SHA-256 in lower-case hex. By hand: it is asked often, and a pattern is slow until it is compiled. */
    static boolean isDigest(String text) {
        boolean digest = text.length() == LENGTH;
        for (int i = 0; digest && i < LENGTH; i++) {
            char c = text.charAt(i);
            digest = c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
        }
        return digest;
    }

    private static void compare(String name, String digest, String expected, String where)
            throws RefusedArchiveException {
        String wanted = expected.strip().toLowerCase(Locale.ROOT);
        if (!isDigest(wanted)) {
            throw new RefusedArchiveException(
                    name, where + " is not 64 hex digits; write it with sha256sum " + name, null);
        }
        if (!wanted.equals(digest)) {
            throw new RefusedArchiveException(
                    name,
                    "its digest is " + digest + ", but " + where + " says " + wanted
                            + "; copy the archive again from where the digest comes from, or correct the digest",
                    null);
        }
    }

    /** The first word, as sha256sum writes it; it marks names with odd characters by a backslash in front. */
    private static String read(Path sidecar, String name) throws RefusedArchiveException {
        try {
            String text = Files.size(sidecar) > MAX_SIDECAR
                    ? ""
                    : Files.readString(sidecar).strip();
            String word = text.split("\\s", 2)[0];
            return word.startsWith("\\") ? word.substring(1) : word;
        } catch (IOException e) {
            throw new RefusedArchiveException(
                    name, sidecar.getFileName() + " cannot be read (" + e.getMessage() + "); write it again", e);
        }
    }
}
