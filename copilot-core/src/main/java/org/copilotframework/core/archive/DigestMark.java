package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.copilotframework.core.file.Durable;

/**
 * Notes beside a copy that its digest was told by somebody, and not just computed here. Where digests are asked for, no other
 * copy is opened again: it may have been taken when nothing was asked for.
 */
final class DigestMark {
    private static final String NAME = "digest-was-told";

    private DigestMark() {}

    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(NAME));
    }

    static void put(Path folder, boolean durable) throws IOException {
        if (isIn(folder)) {
            return;
        }
        try {
            Files.createFile(folder.resolve(NAME));
        } catch (FileAlreadyExistsException e) {
            return; // Somebody else was told the same just now.
        }
        if (durable) {
            Durable.forceFolder(folder);
        }
    }
}
