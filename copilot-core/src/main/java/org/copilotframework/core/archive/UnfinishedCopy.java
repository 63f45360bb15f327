package org.copilotframework.core.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.copilotframework.core.file.Durable;
import org.copilotframework.core.file.FolderTree;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A copy in the making, in a folder that is made when something is put into it. Used by one thread. */
final class UnfinishedCopy implements PluginScan.Beside, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedCopy.class);

    private final CopyFolders folders;
    private final boolean durable;
    private @Nullable Path folder;

    UnfinishedCopy(CopyFolders folders, boolean durable) {
        this.folders = folders;
        this.durable = durable;
    }

    @Override
    public Path folder() throws IOException {
        if (folder == null) {
            folder = Folders.create(folders.fresh());
        }
        return folder;
    }

    @Override
    public boolean done() {
        return false;
    }

    @Override
    public boolean durable() {
        return durable;
    }

    /** Reads a source; if it is large, into the folder. */
    Intake take(Path source, ArchiveLimits limits) throws IOException {
        return Intake.read(source, limits, () -> folder().resolve(CopyFolders.JAR));
    }

    /** Puts the archive itself into the folder, and forces all that is there to the disk if it is to be durable. */
    void write(Intake intake, String name) throws IOException {
        Path file = folder().resolve(name);
        byte[] small = intake.small();
        if (small != null) {
            try (OutputStream out =
                    Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                out.write(small, 0, intake.size());
            }
        } else if (!file.equals(intake.file())) {
            Files.move(Objects.requireNonNull(intake.file()), file);
        }
        if (durable) {
            Durable.force(file);
            Durable.forceFolders(folder());
        }
    }

    /** Makes it a copy; false if there is one of these bytes in the meantime. */
    boolean move(Path place) throws IOException {
        if (!CopyFolders.move(folder(), place)) {
            return false;
        }
        folder = null;
        if (durable) {
            Durable.forceFolder(folders.root());
        }
        return true;
    }

    /** Deletes it unless it was moved to its place. */
    @Override
    public void close() {
        if (folder != null) {
            try {
                FolderTree.delete(folder);
            } catch (IOException e) {
                // It harms nobody, and must not hide why the archive was refused; prune tries again.
                LOG.warn("{} cannot be deleted: {}", folder, e.toString());
            }
        }
    }
}
