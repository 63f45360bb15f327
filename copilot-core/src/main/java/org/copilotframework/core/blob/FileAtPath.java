package org.copilotframework.core.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.jspecify.annotations.Nullable;

/** What lies at a path itself: a link is no file, and what somebody deletes meanwhile is not there. */
final class FileAtPath {
    private FileAtPath() {}

    /** The attributes of a file, or null if there is none. */
    static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? attributes : null;
        } catch (NoSuchFileException absent) {
            return null;
        }
    }

    /** Opens a file for reading; null if it was deleted meanwhile. */
    static @Nullable FileChannel channel(Path file) throws IOException {
        try {
            return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException deletedMeanwhile) {
            return null;
        }
    }

    /** What a file of ours is in a listing, or null if it is none. One that is damaged is there, and can be deleted. */
    static @Nullable BlobEntry entry(String name, Path file) throws IOException {
        BasicFileAttributes there = attributes(file);
        FileChannel channel = there == null ? null : channel(file);
        if (there == null || channel == null) {
            return null;
        }
        try (channel) {
            BlobFile known = BlobFile.read(channel);
            return known == null ? null : new BlobEntry(name, known.size(), known.modified());
        } catch (BlobFile.DamagedException damaged) {
            return new BlobEntry(name, there.size(), there.lastModifiedTime().toInstant());
        }
    }
}
