package org.copilotframework.core.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of a signature. The manifest has a digest of each entry, a signature file ({@code .SF}) one of the manifest, and a
 * block ({@code .RSA} and others) signs that file. The JDK is content with a signature that covers parts of the manifest; here
 * it covers the whole, so that nothing is taken away or mixed from several archives.
 */
final class SignatureFiles {
    private static final String FOLDER = "META-INF/";
    private static final String VOUCHER = ".SF";
    private static final Pattern BLOCK = Pattern.compile(".*\\.(RSA|DSA|EC)");
    private static final Pattern OF_MANIFEST =
            Pattern.compile("(SHA-(?:256|384|512)|SHA3-(?:256|384|512))-Digest-Manifest", Pattern.CASE_INSENSITIVE);
    private static final int MAX_SIZE = Part.MAX_MANIFEST;

    private final ZipIndex index;
    private final ZipContent content;
    private final Findings findings;

    SignatureFiles(ZipIndex index, ZipContent content, Findings findings) {
        this.index = index;
        this.content = content;
        this.findings = findings;
    }

    /** Whether this is one of the files that a signature is made of, which cannot sign themselves. */
    static boolean isOne(String name) {
        if (!name.regionMatches(true, 0, FOLDER, 0, FOLDER.length()) || name.indexOf('/', FOLDER.length()) >= 0) {
            return false;
        }
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.equals(Part.MANIFEST)
                || upper.endsWith(VOUCHER)
                || BLOCK.matcher(upper).matches();
    }

    /** Whether the archive says that it is signed. */
    static boolean any(ZipIndex index) {
        return index.items().stream()
                .anyMatch(item -> isOne(item.name()) && !item.name().equals(Part.MANIFEST));
    }

    void check() throws IOException {
        ZipItem manifest = index.find(Part.MANIFEST);
        if (manifest == null || !any(index)) {
            findings.problem("it is not signed, and copilot.plugins.trust asks for a signature; " + SignedArchive.FIX);
            return;
        }
        byte[] signed = content.read(manifest, MAX_SIZE);
        checkNothingIsGone(attributes(Part.MANIFEST, signed));
        for (ZipItem item : index.items()) {
            String name = item.name();
            if (!isOne(name)) {
                continue;
            }
            if (!name.equals(name.toUpperCase(Locale.ROOT))) {
                findings.problem("its entry '" + Names.shown(name) + "' could pass for a file of the signature; remove"
                        + " it, build the archive again and " + SignedArchive.FIX);
            } else if (name.endsWith(VOUCHER) && !vouches(name, content.read(item, MAX_SIZE), signed)) {
                findings.problem(
                        "its manifest is not the one that " + Names.shown(name) + " vouches for: it was changed"
                                + " after it was signed; get the archive again from where it comes from, or build it again and "
                                + SignedArchive.FIX);
            }
        }
    }

    private void checkNothingIsGone(Manifest manifest) {
        for (Map.Entry<String, Attributes> section : manifest.getEntries().entrySet()) {
            // A section without a digest is about a package, not about an entry.
            boolean signed = section.getValue().keySet().stream()
                    .anyMatch(key -> key.toString().toUpperCase(Locale.ROOT).endsWith("-DIGEST"));
            if (signed && index.find(section.getKey()) == null) {
                findings.problem("its entry '" + Names.shown(section.getKey())
                        + "' was signed and is not there any more; get the archive again from where it comes from, or build"
                        + " it again and " + SignedArchive.FIX);
            }
        }
    }

    private static boolean vouches(String name, byte[] voucher, byte[] manifest) throws IOException {
        boolean vouches = false;
        for (Map.Entry<Object, Object> attribute :
                attributes(name, voucher).getMainAttributes().entrySet()) {
            Matcher key = OF_MANIFEST.matcher(attribute.getKey().toString());
            if (key.matches()) {
                vouches = digest(key.group(1), manifest).equals(attribute.getValue());
                if (!vouches) {
                    break;
                }
            }
        }
        return vouches;
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-2 and SHA-3", e);
        }
    }

    private static Manifest attributes(String name, byte[] bytes) throws BadZipException {
        try {
            return new Manifest(new ByteArrayInputStream(bytes));
        } catch (IOException | IllegalArgumentException e) {
            throw new BadZipException(
                    "its " + Names.shown(name) + " cannot be read (" + e.getMessage() + "); " + SignedArchive.FIX);
        }
    }
}
