package org.copilotframework.core.secret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source {@code file}: the secret {@code db} is the file {@code db} in a folder, what it was before {@code db.previous} beside it.
 * One line break at the end is not part of a secret. The files may be links, as Kubernetes makes them, as long as they lead to what
 * is in the folder.
 */
final class FileSecrets implements SecretSource {
    private static final Logger log = LoggerFactory.getLogger(FileSecrets.class);
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final String BEFORE = ".previous";
    /** No character takes more than this in UTF-8, but for those that are two in Java. */
    private static final int MAX_BYTES = MAX_VALUE * 3 + 2;

    private static final int ATTEMPTS = 10;

    /** No empty part, and none that begins with two dots: those are the parent, and what Kubernetes keeps for itself. */
    private static final Pattern NAME =
            Pattern.compile("(?!\\.\\.)[^/\\\\:\\p{Cntrl}]+(/(?!\\.\\.)[^/\\\\:\\p{Cntrl}]+)*");

    private final Path folder;
    /** What was said of files that tell no earlier value, so that it is said once. */
    private final Map<String, String> warned = new ConcurrentHashMap<>();

    FileSecrets(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    @Override
    public Optional<SecretValue> read(String name) {
        if (!NAME.matcher(name).matches() || name.contains("/./") || name.startsWith("./") || name.endsWith("/.")) {
            return Optional.empty();
        }
        Path file;
        try {
            file = folder.resolve(name);
        } catch (InvalidPathException noName) {
            return Optional.empty();
        }
        NoSuchFileException gone = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                return found(name, file);
            } catch (NoSuchFileException exchanged) {
                // What a link led to was exchanged for what it leads to now.
                gone = exchanged;
            } catch (AccessDeniedException denied) {
                throw new InvalidRequestException(
                        "the file " + file + " may not be read; give the user of this process the right");
            } catch (IOException fault) {
                throw new UnavailableException("the file " + file + " cannot be read: " + fault, RETRY, fault);
            }
        }
        throw new UnavailableException(
                "the file " + file + " is a link that leads to nothing, or was exchanged again and again: " + gone,
                RETRY,
                gone);
    }

    private Optional<SecretValue> found(String name, Path file) throws IOException {
        Path real;
        try {
            real = file.toRealPath();
        } catch (NoSuchFileException | NotDirectoryException none) {
            if (isAbsent(file)) {
                return Optional.empty();
            }
            throw new NoSuchFileException(file.toString(), null, "it leads to nothing");
        }
        Path inside = folder.toRealPath();
        if (Files.isDirectory(real)) {
            return Optional.empty();
        } else if (!real.startsWith(inside)) {
            throw new InvalidRequestException("the file " + file + " is a link that leads out of " + folder
                    + "; put what it leads to into that folder");
        }
        SecretValue value = new SecretValue(content(name, real), Optional.ofNullable(before(name, file, real, inside)));
        if (!real.equals(file.toRealPath())) {
            // The two must be of one state.
            throw new NoSuchFileException(file.toString(), null, "it leads elsewhere now");
        }
        return Optional.of(value);
    }

    /** Whether there is no such file, and not only for a moment: what a link leads to may be exchanged just now. */
    private boolean isAbsent(Path file) throws IOException {
        Path parent = Objects.requireNonNull(file.getParent(), "the folder, or one in it");
        try {
            Path real = parent.toRealPath();
            return Files.notExists(real.resolve(file.getFileName()), LinkOption.NOFOLLOW_LINKS)
                    && real.equals(parent.toRealPath());
        } catch (NoSuchFileException | NotDirectoryException none) {
            return parent.equals(folder) || !Files.isSymbolicLink(parent) && isAbsent(parent);
        }
    }

    /** What it was before: beside the link, if it is one, or else beside what that leads to. What is wrong with it costs only itself. */
    private @Nullable String before(String name, Path link, Path real, Path inside) throws NoSuchFileException {
        Path beside = link.resolveSibling(link.getFileName() + BEFORE);
        Path file = Files.exists(beside) ? beside : real.resolveSibling(real.getFileName() + BEFORE);
        if (!Files.exists(file)) {
            warned.remove(name);
            return null;
        }
        String wrong;
        try {
            Path its = file.toRealPath();
            if (its.startsWith(inside)) {
                String value = content(name + BEFORE, its);
                warned.remove(name);
                return value;
            }
            wrong = "the file " + file + " is a link that leads out of " + folder;
        } catch (NoSuchFileException exchanged) {
            throw exchanged;
        } catch (AccessDeniedException denied) {
            wrong = "the file " + file + " may not be read";
        } catch (InvalidRequestException refused) {
            wrong = refused.getMessage();
        } catch (IOException fault) {
            wrong = "the file " + file + " cannot be read: " + fault;
        }
        if (!wrong.equals(warned.put(name, wrong))) {
            log.warn("What the secret '{}' was before is not known: {}", name, wrong);
        }
        return null;
    }

    private String content(String name, Path file) throws IOException {
        // Of a file that is gone this says so, which is tried again.
        if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
            throw new InvalidRequestException("the secret '" + name + "' in " + folder + " is not a plain file");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        String text = bytes.length > MAX_BYTES ? null : decoded(bytes);
        if (bytes.length <= MAX_BYTES && text == null) {
            throw new InvalidRequestException("the file of the secret '" + name + "' in " + folder
                    + " is not text in UTF-8; write what is no text as base64, or as whoever reads it expects it");
        }
        String value = text == null ? null : withoutLineBreak(text);
        if (value == null || value.length() > MAX_VALUE) {
            throw new InvalidRequestException("the file of the secret '" + name + "' in " + folder
                    + " is longer than a secret may be, " + MAX_VALUE + " characters");
        } else if (value.isEmpty()) {
            throw new InvalidRequestException("the file of the secret '" + name + "' in " + folder
                    + " is empty; write the secret into it, or delete it");
        }
        return value;
    }

    private static @Nullable String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException noText) {
            return null;
        }
    }

    /** Editors and {@code echo} end a file with a line break, which nobody means. */
    private static String withoutLineBreak(String text) {
        if (!text.endsWith("\n")) {
            return text;
        }
        return text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
    }

    @Override
    public void close() {
        // There is nothing that is open.
    }
}
