package org.copilotframework.server.http.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.copilotframework.api.plugin.Secret;

/**
 * What the files say at one moment, and the passwords for it. What is compared, checked and used is read once, so that a file that
 * is changed in between is seen the next time, whole.
 *
 * @param bytes the files' content, by their settings
 * @param passwords the passwords, by their settings
 */
record TlsFiles(Map<String, byte[]> bytes, Map<String, String> passwords) {
    private static final int LARGEST = 1 << 20;

    /** Lists grow with what is taken back; some 40 bytes each. */
    private static final int LARGEST_LIST = 16 << 20;

    /**
     * Reads.
     *
     * @throws UnreadableFileException if a file cannot be read; names its setting
     */
    static TlsFiles read(TlsSettings settings) throws UnreadableFileException {
        Map<String, byte[]> bytes = new TreeMap<>();
        read(TlsSettings.CERTIFICATE, settings.certificate(), bytes);
        read(TlsSettings.KEY, settings.key(), bytes);
        read(TlsSettings.KEYSTORE, settings.keystore(), bytes);
        read(TlsSettings.CLIENT_CA, settings.clientCa(), bytes);
        read(TlsSettings.CLIENT_CRL, settings.clientCrl(), bytes);
        Map<String, String> passwords = new TreeMap<>();
        settings.keyPassword().map(Secret::value).ifPresent(word -> passwords.put(TlsSettings.KEY_PASSWORD, word));
        settings.keystorePassword()
                .map(Secret::value)
                .ifPresent(word -> passwords.put(TlsSettings.KEYSTORE_PASSWORD, word));
        return new TlsFiles(bytes, passwords);
    }

    private static void read(String setting, Optional<Path> file, Map<String, byte[]> into)
            throws UnreadableFileException {
        if (file.isEmpty()) {
            return;
        }
        Path path = file.get();
        try (InputStream content = Files.newInputStream(path)) {
            int most = setting.equals(TlsSettings.CLIENT_CRL) ? LARGEST_LIST : LARGEST;
            byte[] read = content.readNBytes(most + 1);
            if (read.length > most) {
                throw new IOException(
                        "it is larger than " + (most >> 20) + " MiB; name a file of what the setting is for");
            }
            into.put(setting, read);
        } catch (NoSuchFileException missing) {
            throw new UnreadableFileException(
                    setting + ": there is no file " + path + "; put it there, or name another", missing);
        } catch (AccessDeniedException closed) {
            throw new UnreadableFileException(
                    setting + ": " + path + " may not be read by this process; let its user read it", closed);
        } catch (IOException failed) {
            throw new UnreadableFileException(
                    setting + ": " + path + " cannot be read: " + failed.getMessage(), failed);
        }
    }

    Optional<byte[]> of(String setting) {
        return Optional.ofNullable(bytes.get(setting));
    }

    Optional<String> password(String setting) {
        return Optional.ofNullable(passwords.get(setting));
    }

    /** The same as long as nothing has changed. */
    String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            bytes.forEach((setting, content) -> add(digest, setting, content));
            passwords.forEach((setting, word) -> add(digest, setting, word.getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("each JDK has SHA-256", impossible);
        }
    }

    private static void add(MessageDigest digest, String setting, byte[] content) {
        digest.update((setting + " " + content.length + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(content);
    }

    /** {@return whose files they are; none of their content} */
    @Override
    public String toString() {
        return "TlsFiles" + bytes.keySet();
    }
}
