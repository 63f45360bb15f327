package org.copilotframework.core.blob;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/** The folder where files grow until they are whole. What a crash leaves there is removed a day later. */
final class UnfinishedFiles {
    private static final Duration KEPT = Duration.ofDays(1);

    private final Path folder;
    private boolean cleaned;

    UnfinishedFiles(Path folder) {
        this.folder = folder;
    }

    /** Makes a new, empty file of a name of its own. */
    Path begin() throws IOException {
        Files.createDirectories(folder);
        clean();
        return Files.createTempFile(folder, "blob", "");
    }

    /** Once per process; the files of another process that is writing now are younger. */
    private synchronized void clean() throws IOException {
        if (cleaned) {
            return;
        }
        FileTime limit = FileTime.from(Instant.now().minus(KEPT));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
            for (Path file : left) {
                BasicFileAttributes attributes = FileAtPath.attributes(file);
                if (attributes != null && attributes.lastModifiedTime().compareTo(limit) < 0) {
                    Files.deleteIfExists(file);
                }
            }
        }
        cleaned = true;
    }
}
