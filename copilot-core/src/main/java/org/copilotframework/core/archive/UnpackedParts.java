package org.copilotframework.core.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32;
import org.copilotframework.core.file.Durable;

/** The entries of an archive that are files beside it: writes them, or compares those that are there. */
final class UnpackedParts {
    private static final int CHUNK = 1 << 16;

    private final ZipContent content;
    private final PluginScan.Beside beside;
    private final Set<Path> compared = new HashSet<>();

    UnpackedParts(ZipContent content, PluginScan.Beside beside) {
        this.content = content;
        this.beside = beside;
    }

    void write(ZipItem item) throws IOException {
        Path file = beside.folder().resolve(item.name());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.unpack(item, (chunk, length) -> out.write(chunk, 0, length));
        }
        if (beside.durable()) {
            Durable.force(file);
        }
    }

    void compare(ZipItem item) throws IOException {
        Path file = beside.folder().resolve(item.name());
        compared.add(file);
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString(), null, "it was unpacked from the archive");
        }
        if (Files.size(file) != item.size() || !(beside.exact() ? same(file, item) : checksum(file) == item.crc())) {
            throw changed(file);
        }
    }

    /**
     * Refuses files that were put among the unpacked classes, whose folder is on the class path as it is; of libraries only
     * those are on it that were compared. Asked when all was compared.
     */
    void refuseOthers() throws IOException {
        Path classes = beside.folder().resolve(Layout.CLASSES);
        if (!Files.exists(classes, LinkOption.NOFOLLOW_LINKS)) {
            return; // The archive has an entry for the folder, and none below it.
        }
        Files.walkFileTree(classes, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // A link is none of ours: what it leads to changes unseen.
                if (!attributes.isRegularFile() || !compared.contains(file)) {
                    throw changed(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private BadZipException changed(Path file) throws IOException {
        return new BadZipException("it is no longer what was accepted: " + file
                + " is not what was unpacked from it; install the plugin again, or delete " + beside.folder());
    }

    /** After a loss of power a file may have its size but not its bytes. */
    private static long checksum(Path file) throws IOException {
        CRC32 crc = new CRC32();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                crc.update(chunk, 0, read);
            }
        }
        return crc.getValue();
    }

    /** A checksum keeps nobody from writing other bytes that have the same. */
    private boolean same(Path file, ZipItem item) throws IOException {
        byte[] there = new byte[CHUNK];
        boolean[] same = {true};
        try (InputStream in = Files.newInputStream(file)) {
            content.unpack(
                    item,
                    (chunk, length) -> same[0] &= in.readNBytes(there, 0, length) == length
                            && Arrays.equals(chunk, 0, length, there, 0, length));
        }
        return same[0];
    }
}
