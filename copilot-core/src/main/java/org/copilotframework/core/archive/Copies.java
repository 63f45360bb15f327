package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes private copies of archives and opens them again. Each is checked whenever it is opened. */
final class Copies {
    private static final Logger LOG = LoggerFactory.getLogger(Copies.class);

    private final CopyFolders folders;
    private final @Nullable CopyFolders lent;
    private final ArchiveLimits limits;
    private final Trust trust;

    Copies(StorePlace place, ArchiveLimits limits, Trust trust) {
        this.folders = place.folders();
        this.lent = place.lent();
        this.limits = limits;
        this.trust = trust;
    }

    /**
     * Makes a copy of what was read, unless there is one.
     *
     * @param told whether somebody told its digest
     */
    StoredPlugin of(Intake intake, String name, UnfinishedCopy unfinished, boolean told)
            throws IOException, RefusedArchiveException {
        StoredPlugin known = known(intake, name);
        if (known == null) {
            return made(intake, name, unfinished, told);
        }
        if (told) {
            DigestMark.put(folders.of(intake.digest()), unfinished.durable());
        }
        return known;
    }

    /** A copy that is there already; null if there is none, or it was damaged and is gone now. */
    private @Nullable StoredPlugin known(Intake intake, String name) throws IOException, RefusedArchiveException {
        String digest = intake.digest();
        Path folder = folders.of(digest);
        if (!Files.isDirectory(folder)) {
            return null;
        }
        Path file;
        PluginScan scan;
        try {
            file = CopyFolders.archive(folder);
            scan = scan(file, Intake.own(file, intake), digest, name);
        } catch (NoSuchFileException | BadZipException | RefusedArchiveException e) {
            // As damaged as one of other bytes. If it is the archive that is refused, storing it anew says so.
            LOG.warn(
                    "The copy {} of {} is no longer what was accepted and is made anew: {}",
                    digest,
                    name,
                    e.toString());
            folders.remove(folder);
            return null;
        }
        return trusted(scan, file, name);
    }

    private StoredPlugin made(Intake intake, String name, UnfinishedCopy unfinished, boolean told)
            throws IOException, RefusedArchiveException {
        PluginScan scan;
        try (Bytes bytes = intake.open()) {
            scan = PluginScan.of(name, intake.digest(), bytes, limits, unfinished);
        }
        String file = CopyFolders.fileName(scan.layout());
        if (told) {
            DigestMark.put(unfinished.folder(), false);
        }
        unfinished.write(intake, file);
        trusted(scan, unfinished.folder().resolve(file), name);
        Path place = folders.of(intake.digest());
        if (!unfinished.move(place)) {
            // Somebody else has stored the same bytes in the meantime; the same bytes have the same layout.
            CopyFolders.archive(place);
            if (told) {
                DigestMark.put(place, unfinished.durable());
            }
        }
        return stored(scan, place.resolve(file));
    }

    /** Whether there is a copy, be it good or damaged. */
    boolean hold(String digest) {
        return Files.isDirectory(folders.of(digest)) || lent != null && Files.isDirectory(lent.of(digest));
    }

    /** Opens a copy that was made earlier, or by another process. */
    StoredPlugin open(String digest) throws RefusedArchiveException {
        Path folder = folders.of(digest);
        String name = "the copy " + digest;
        if (lent != null && !Files.isDirectory(folder) && Files.isDirectory(lent.of(digest))) {
            return borrow(lent.of(digest), digest, name);
        }
        if (!Files.isDirectory(folder)) {
            throw new RefusedArchiveException(
                    name, "it is not in " + folders.root() + "; install the plugin again", null);
        }
        requireMark(folder, name);
        try {
            Path file = CopyFolders.archive(folder);
            return trusted(scan(file, Intake.own(file), digest, name), file, name);
        } catch (IOException e) {
            throw noLonger(name, e, "install the plugin again, or delete " + folder);
        }
    }

    /** Takes a copy of the home's copy: whoever has the home may delete that at any time. */
    private StoredPlugin borrow(Path from, String digest, String name) throws RefusedArchiveException {
        requireMark(from, name);
        try (UnfinishedCopy unfinished = new UnfinishedCopy(folders, false)) {
            Intake copy = unfinished.take(CopyFolders.archive(from), limits);
            requireDigest(copy, digest);
            return made(copy, name, unfinished, DigestMark.isIn(from));
        } catch (IOException e) {
            throw noLonger(name, e, "install the plugin again");
        }
    }

    private void requireMark(Path folder, String name) throws RefusedArchiveException {
        if (trust.asksForDigest() && !DigestMark.isIn(folder)) {
            throw new RefusedArchiveException(
                    name,
                    "nobody told its digest when it was taken, and copilot.plugins.trust asks for that; install the plugin"
                            + " again with its digest (copilot plugins install FILE --sha256 HEX)",
                    null);
        }
    }

    private PluginScan scan(Path file, Intake copy, String digest, String name)
            throws IOException, RefusedArchiveException {
        requireDigest(copy, digest);
        try (Bytes bytes = copy.open()) {
            Unpacked unpacked = new Unpacked(file.resolveSibling(""), !trust.asksForNothing());
            return PluginScan.of(name, digest, bytes, limits, unpacked);
        }
    }

    private static void requireDigest(Intake copy, String digest) throws BadZipException {
        if (!copy.digest().equals(digest)) {
            throw BadZipException.damaged("its bytes have another digest");
        }
    }

    /** The copy, if its signature is as is asked for. Nothing of it is opened by the JVM before. */
    private StoredPlugin trusted(PluginScan scan, Path file, String name) throws IOException, RefusedArchiveException {
        if (trust.asksForSignature()) {
            try (Bytes bytes = Bytes.of(file)) {
                trust.checkSignature(name, scan.info().ref(), file, bytes, limits);
            }
        }
        return stored(scan, file);
    }

    private static StoredPlugin stored(PluginScan scan, Path file) {
        List<Path> classPath = new ArrayList<>();
        for (String place : scan.classPath()) {
            classPath.add(place.equals(".") ? file : file.resolveSibling(place));
        }
        return new StoredPlugin(scan.info(), file, classPath);
    }

    private static RefusedArchiveException noLonger(String name, IOException e, String fix) {
        return new RefusedArchiveException(name, "it is no longer what was accepted: " + words(e) + "; " + fix, e);
    }

    /** What a message says of a file that cannot be read or written. */
    static String words(IOException e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof NoSuchFileException ? message + " does not exist" : message;
    }

    /** A folder that is whole already. */
    private record Unpacked(Path folder, boolean exact) implements PluginScan.Beside {
        @Override
        public boolean done() {
            return true;
        }

        @Override
        public boolean durable() {
            return false;
        }
    }
}
