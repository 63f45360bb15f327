package org.copilotframework.app;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import jdk.security.jarsigner.JarSignerException;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Signs archives by the JDK's own tool, which is in the module {@value #MODULE}. A Java without it cannot so much as load this
 * class.
 */
final class ArchiveSigning {
    /** Put into the class of whoever reads it, so that it can be read where this class cannot be loaded. */
    static final String MODULE = "jdk.jartool";

    private static final int MAX_NAME = 8;

    private ArchiveSigning() {}

    /**
     * Signs an archive.
     *
     * @param from the archive
     * @param to where the signed one is written, perhaps in its place
     * @param tsa who shall see the signature, or null
     * @return the SHA-256 of what was written
     */
    static String sign(Path from, Path to, SigningKey key, @Nullable URI tsa) throws IOException {
        Path part = to.toAbsolutePath().resolveSibling("." + to.getFileName() + ".signing");
        try {
            String digest = write(from, part, key, tsa);
            Files.move(part, to, StandardCopyOption.REPLACE_EXISTING);
            return digest;
        } catch (ZipException e) {
            throw new InvalidRequestException(
                    from + " is no archive (" + e.getMessage() + "); name a plugin's JAR or ZIP");
        } catch (JarSignerException e) {
            throw new InvalidRequestException(from + " cannot be signed (" + words(e)
                    + "); see that it is whole, and that" + " the key is one that this Java can sign with");
        } catch (UnseenException e) {
            throw new InvalidRequestException(from + " is not signed, since nobody saw the signature (" + words(e)
                    + "); see that --tsa names an authority of times that answers (RFC 3161)");
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static String write(Path from, Path to, SigningKey key, @Nullable URI tsa) throws IOException {
        JarSigner.Builder builder = new JarSigner.Builder(key.entry()).signerName(fileName(key.alias()));
        if (tsa != null) {
            builder.tsa(tsa);
        }
        Files.deleteIfExists(to);
        try (ZipFile in = new ZipFile(from.toFile());
                DigestOutputStream out = new DigestOutputStream(
                        Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), sha256())) {
            sign(builder.build(), in, out);
            out.flush();
            return HexFormat.of().formatHex(out.getMessageDigest().digest());
        }
    }

    private static void sign(JarSigner signer, ZipFile in, DigestOutputStream out) {
        try {
            signer.sign(in, out);
        } catch (JarSignerException e) {
            throw e;
        } catch (RuntimeException e) {
            // So the tool tells of an authority of times.
            throw signer.getTsa() == null ? e : new UnseenException(e);
        }
    }

    private static final class UnseenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnseenException(RuntimeException cause) {
            super(cause);
        }
    }

    /** What the files of the signature are called: as jarsigner does it, by the alias. */
    private static String fileName(String alias) {
        String allowed = alias.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_-]", "_");
        return allowed.substring(0, Math.min(MAX_NAME, allowed.length()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** What went wrong below, which says more. */
    private static String words(Throwable thrown) {
        Throwable cause = thrown.getCause();
        if (cause == null) {
            return String.valueOf(thrown.getMessage());
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }
}
