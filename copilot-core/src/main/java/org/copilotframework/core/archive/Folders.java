package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.copilotframework.core.file.Durable;

/** Folders that only their owner may look into. */
final class Folders {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> POSIX_OWNER_ONLY = PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    private Folders() {}

    /** Makes a new folder. */
    static Path create(Path folder) throws IOException {
        return Files.createDirectory(folder, ownerOnly(folder));
    }

    /** Makes a folder and those above it, unless they are there. */
    static Path createAll(Path folder) throws IOException {
        return Files.createDirectories(folder, ownerOnly(folder));
    }

    private static FileAttribute<?>[] ownerOnly(Path folder) {
        return Durable.posix(folder) ? new FileAttribute<?>[] {POSIX_OWNER_ONLY} : new FileAttribute<?>[0];
    }
}
