package org.copilotframework.core.archive;

import java.nio.file.Path;
import java.util.List;

/**
 * The private copy of an accepted archive.
 *
 * @param info what the archive says of itself
 * @param file the copy
 * @param classPath what the plugin's class loader is given, in order: the copy itself, or the classes and libraries unpacked
 *     beside it
 */
public record StoredPlugin(ArchiveInfo info, Path file, List<Path> classPath) {
    /** Copies the list. */
    public StoredPlugin {
        classPath = List.copyOf(classPath);
    }
}
