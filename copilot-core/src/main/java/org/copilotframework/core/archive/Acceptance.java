package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Takes private copies of archives that come from outside. */
final class Acceptance {
    private static final int HOLD_ATTEMPTS = 3;

    private final ArchiveLimits limits;
    private final Trust trust;
    private final CopyFolders folders;
    private final Copies copies;
    private final RecentCopies recent;

    Acceptance(ArchiveLimits limits, Trust trust, CopyFolders folders, Copies copies, RecentCopies recent) {
        this.limits = limits;
        this.trust = trust;
        this.folders = folders;
        this.copies = copies;
        this.recent = recent;
    }

    /** As {@link PluginStore#accept} says. */
    StoredPlugin accept(Path source, @Nullable String expectedDigest, boolean durable) throws RefusedArchiveException {
        String name = String.valueOf(source.getFileName());
        try (UnfinishedCopy unfinished = new UnfinishedCopy(folders, durable)) {
            Intake intake = read(source, name, unfinished);
            boolean told = Digests.check(source, name, intake.digest(), expectedDigest, trust);
            recent.use(intake.digest());
            StoredPlugin copy = copies.of(intake, name, unfinished, told);
            recent.use(intake.digest()); // Checking a large archive takes its time.
            return copy;
        } catch (IOException e) {
            throw new RefusedArchiveException(
                    name,
                    "it cannot be stored in " + folders.root() + ": " + Copies.words(e)
                            + "; see that the disk has room and the folder may be written, or set another home",
                    e);
        }
    }

    private Intake read(Path source, String name, UnfinishedCopy unfinished) throws RefusedArchiveException {
        try {
            return unfinished.take(source, limits);
        } catch (BadZipException e) {
            throw new RefusedArchiveException(name, Copies.words(e), e);
        } catch (IOException e) {
            throw new RefusedArchiveException(
                    name, "it cannot be read: " + Copies.words(e) + "; see that it is there and may be read", e);
        }
    }

    /** As {@link PluginStore#hold} says. */
    HeldCopy hold(Path source) throws RefusedArchiveException {
        for (int attempt = 1; ; attempt++) {
            StoredPlugin stored = accept(source, null, false);
            try {
                CopyHold hold = CopyHold.of(folders.of(stored.info().digest()));
                if (Files.isRegularFile(stored.file())) {
                    return new HeldCopy(stored, hold);
                }
                hold.close();
                throw new NoSuchFileException(stored.file().toString());
            } catch (IOException e) {
                // Another process may have deleted it just then.
                if (attempt == HOLD_ATTEMPTS) {
                    String name = String.valueOf(source.getFileName());
                    throw new RefusedArchiveException(
                            name,
                            "its copy in " + folders.root() + " cannot be kept: " + Copies.words(e) + "; try again",
                            e);
                }
            }
        }
    }
}
