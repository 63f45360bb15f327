package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.copilotframework.core.PluginKind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private copies of accepted archives, each in a folder named by its digest. A folder appears whole or not at all; several
 * threads and processes may share the store.
 */
public final class PluginStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginStore.class);

    private static final int HOLD_ATTEMPTS = 3;

    private final ArchiveLimits limits;
    private final Trust trust;
    private final CopyFolders folders;
    private final RecentCopies recent;
    /** The home's copies, where this store's own are in a temporary folder: read, never written. */
    private final @Nullable CopyFolders lent;

    private final boolean writable;
    private final boolean another;
    private final @Nullable HomeLock lock;

    /**
     * Opens the store, whoever else works on it.
     *
     * @param home the orchestrator's home; the copies are in its folder {@code plugins}. If that cannot be written, they are in
     *     a temporary folder until {@link #close}
     * @param limits how large an archive may be
     * @param trust what an archive must show
     * @throws IOException if there is no place for copies at all
     */
    public PluginStore(Path home, ArchiveLimits limits, Trust trust) throws IOException {
        this(home, limits, trust, System::nanoTime);
    }

    PluginStore(Path home, ArchiveLimits limits, Trust trust, LongSupplier nanoTime) throws IOException {
        this(home, limits, trust, nanoTime, false);
    }

    private PluginStore(Path home, ArchiveLimits limits, Trust trust, LongSupplier nanoTime, boolean alone)
            throws IOException {
        this.limits = limits;
        this.trust = trust;
        Path folder = home.toAbsolutePath().normalize().resolve("plugins");
        boolean usable = writable(folder);
        this.lock = usable && alone ? HomeLock.tryOf(folder) : null;
        this.another = usable && alone && lock == null;
        this.writable = usable && !another;
        this.lent = writable ? null : new CopyFolders(folder);
        this.folders = new CopyFolders(writable ? folder : temporary());
        this.recent = new RecentCopies(folders, nanoTime);
        if (another) {
            LOG.info(
                    "Another process works with {}; what is installed there is served from copies, and not changed",
                    folder);
        }
    }

    /**
     * Opens the store for a host, which deletes copies that it does not need: only one host at a time may do so in a home. If
     * another does, the copies of this one are in a temporary folder until {@link #close}, as in a home that cannot be written.
     *
     * @param home the orchestrator's home
     * @param limits how large an archive may be
     * @param trust what an archive must show
     * @return the store
     * @throws IOException if there is no place for copies at all
     */
    public static PluginStore forHost(Path home, ArchiveLimits limits, Trust trust) throws IOException {
        return new PluginStore(home, limits, trust, System::nanoTime, true);
    }

    private static Path temporary() throws IOException {
        try {
            return Files.createTempDirectory("copilot-plugins-");
        } catch (IOException e) {
            throw new IOException(
                    "plugins are copied before they are loaded; there is no writing below the home, nor in the temporary"
                            + " folder " + System.getProperty("java.io.tmpdir") + " (" + e
                            + "); mount a writable folder there, in memory if need be, or name another by"
                            + " -Djava.io.tmpdir",
                    e);
        }
    }

    private static boolean writable(Path folder) {
        try {
            Folders.createAll(folder);
            return Files.isWritable(folder);
        } catch (IOException e) {
            return false; // What writable() tells; install says so to the person.
        }
    }

    /**
     * Whether copies outlive this process. If not, nothing should be installed.
     *
     * @return false if the home cannot be written, or {@link #another} host has it
     */
    public boolean writable() {
        return writable;
    }

    /**
     * Whether another host has the home. What is remembered there is then read, and not changed.
     *
     * @return true if this store was opened second
     */
    public boolean another() {
        return another;
    }

    /**
     * Takes a private copy of an archive, checks the copy, and describes it. {@link #prune} leaves the copy alone for the next
     * ten minutes.
     *
     * @param source the archive
     * @param expectedDigest its SHA-256 in hex as the caller knows it, or null
     * @param durable whether the copy survives a loss of power once this returns
     * @return the copy
     * @throws RefusedArchiveException if the archive cannot be read or stored, or is not fit to be loaded
     */
    public StoredPlugin accept(Path source, @Nullable String expectedDigest, boolean durable)
            throws RefusedArchiveException {
        String name = String.valueOf(source.getFileName());
        try (UnfinishedCopy unfinished = new UnfinishedCopy(folders, durable)) {
            Intake intake = read(source, name, unfinished);
            Digests.check(source, name, intake.digest(), expectedDigest, trust);
            recent.use(intake.digest());
            StoredPlugin known = known(intake.digest(), name);
            if (known != null) {
                return known;
            }
            StoredPlugin copy = store(intake, name, unfinished);
            recent.use(intake.digest()); // Checking a large archive takes its time.
            return copy;
        } catch (IOException e) {
            throw new RefusedArchiveException(
                    name,
                    "it cannot be stored in " + folders.root() + ": " + words(e)
                            + "; see that the disk has room and the folder may be written, or set another home",
                    e);
        }
    }

    /**
     * As {@link #accept} without a digest and durability, for who does not register the copy: {@link #prune}, also that of
     * another process, leaves it alone until it is closed.
     *
     * @param source the archive
     * @return the copy
     * @throws RefusedArchiveException if the archive cannot be read or stored, or is not fit to be loaded
     */
    public HeldCopy hold(Path source) throws RefusedArchiveException {
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
                            name, "its copy in " + folders.root() + " cannot be kept: " + words(e) + "; try again", e);
                }
            }
        }
    }

    /**
     * The digest of an archive, which is not checked.
     *
     * @param source the archive
     * @return its SHA-256 in lower-case hex
     * @throws IOException if it cannot be read
     */
    public String digest(Path source) throws IOException {
        return Intake.inPlace(source, limits).digest();
    }

    /**
     * Which kind of plugin an archive says it is, which is not checked.
     *
     * @param source the archive
     * @return what {@link ArchiveGlance} tells
     * @throws IOException if it cannot be read
     */
    public PluginKind kind(Path source) throws IOException {
        return ArchiveGlance.of(source, limits);
    }

    private Intake read(Path source, String name, UnfinishedCopy unfinished) throws RefusedArchiveException {
        try {
            return Intake.read(source, limits, () -> unfinished.folder().resolve(CopyFolders.JAR));
        } catch (BadZipException e) {
            throw new RefusedArchiveException(name, words(e), e);
        } catch (IOException e) {
            throw new RefusedArchiveException(
                    name, "it cannot be read: " + words(e) + "; see that it is there and may be read", e);
        }
    }

    /** A copy that is there already; null if there is none, or it was damaged and is gone now. */
    private @Nullable StoredPlugin known(String digest, String name) throws IOException {
        Path folder = folders.of(digest);
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try {
            Path file = CopyFolders.archive(folder);
            Intake copy = Intake.own(file);
            if (copy.digest().equals(digest)) {
                return describe(copy, file, name);
            }
        } catch (NoSuchFileException | RefusedArchiveException e) {
            // As damaged as one of other bytes. If it is the archive that is refused, storing it anew says so.
            LOG.warn(
                    "The copy {} of {} is no longer what was accepted and is made anew: {}",
                    digest,
                    name,
                    e.toString());
        }
        folders.remove(folder);
        return null;
    }

    private StoredPlugin store(Intake intake, String name, UnfinishedCopy unfinished)
            throws IOException, RefusedArchiveException {
        PluginScan scan;
        try (Bytes bytes = intake.open()) {
            scan = PluginScan.of(name, intake.digest(), bytes, limits, unfinished);
        }
        String file = CopyFolders.fileName(scan.layout());
        unfinished.write(intake, file);
        Path place = folders.of(intake.digest());
        if (!unfinished.move(place)) {
            // Somebody else has stored the same bytes in the meantime; the same bytes have the same layout.
            CopyFolders.archive(place);
        }
        return stored(scan, place.resolve(file));
    }

    /**
     * Checks an archive where it lies, as {@link #accept} without a digest would.
     *
     * @param source the archive
     * @return what was found
     * @throws RefusedArchiveException if it would be refused
     * @throws IOException if it cannot be read
     */
    public ArchiveCheck check(Path source) throws RefusedArchiveException, IOException {
        return ArchiveCheck.of(source, limits, trust);
    }

    /**
     * Opens a copy that was accepted earlier, perhaps by another process. {@link #prune} leaves the copy alone for the next
     * ten minutes.
     *
     * @param digest the archive's digest
     * @return the copy
     * @throws RefusedArchiveException if there is none, or it is no longer what was accepted
     */
    public StoredPlugin reopen(String digest) throws RefusedArchiveException {
        Path folder = folders.of(digest);
        String name = "the copy " + digest;
        recent.use(folder.getFileName().toString());
        if (lent != null && !Files.isDirectory(folder) && Files.isDirectory(lent.of(digest))) {
            return borrow(lent.of(digest), digest, name);
        }
        if (!Files.isDirectory(folder)) {
            throw new RefusedArchiveException(
                    name, "it is not in " + folders.root() + "; install the plugin again", null);
        }
        try {
            Path file = CopyFolders.archive(folder);
            Intake copy = Intake.own(file);
            if (!copy.digest().equals(digest)) {
                throw BadZipException.damaged("its bytes have another digest");
            }
            return describe(copy, file, name);
        } catch (IOException e) {
            throw new RefusedArchiveException(
                    name,
                    "it is no longer what was accepted: " + words(e) + "; install the plugin again, or delete "
                            + folder,
                    e);
        }
    }

    /** Takes a copy of the home's copy: whoever has the home may delete that at any time. */
    private StoredPlugin borrow(Path from, String digest, String name) throws RefusedArchiveException {
        try (UnfinishedCopy unfinished = new UnfinishedCopy(folders, false)) {
            Intake copy = read(CopyFolders.archive(from), name, unfinished);
            if (!copy.digest().equals(digest)) {
                throw BadZipException.damaged("its bytes have another digest");
            }
            return store(copy, name, unfinished);
        } catch (IOException e) {
            throw new RefusedArchiveException(
                    name, "it is no longer what was accepted: " + words(e) + "; install the plugin again", e);
        }
    }

    private StoredPlugin describe(Intake copy, Path file, String name) throws IOException, RefusedArchiveException {
        try (Bytes bytes = copy.open()) {
            Unpacked unpacked = new Unpacked(file.resolveSibling(""));
            return stored(PluginScan.of(name, copy.digest(), bytes, limits, unpacked), file);
        }
    }

    private static StoredPlugin stored(PluginScan scan, Path file) {
        List<Path> classPath = new ArrayList<>();
        for (String place : scan.classPath()) {
            classPath.add(place.equals(".") ? file : file.resolveSibling(place));
        }
        return new StoredPlugin(scan.info(), file, classPath);
    }

    /**
     * Which copies there are.
     *
     * @return their digests, sorted
     */
    public Set<String> digests() {
        return folders.digests();
    }

    /**
     * Deletes the copies that are no longer wanted. Those stay that somebody may be about to register: what this store accepted
     * or reopened within the last ten minutes, and of the copies that it knows nothing of, which are other processes', those
     * whose folder was changed within the last ten minutes. A later call deletes them. What cannot be deleted does not keep
     * the others.
     *
     * @param keep the digests of the others
     * @throws IOException if copies cannot be deleted; the others are gone by then
     */
    public void prune(Set<String> keep) throws IOException {
        Sweep sweep = new Sweep();
        for (String digest : digests()) {
            if (!keep.contains(digest)) {
                sweep.run(() -> recent.removeUnused(digest));
            }
        }
        folders.removeAbandoned(sweep);
        sweep.end();
    }

    /** Deletes the copies if they are only this process's, and lets another host have the home. */
    @Override
    public void close() throws IOException {
        if (!writable) {
            Folders.delete(folders.root());
        }
        if (lock != null) {
            lock.close();
        }
    }

    private static String words(IOException e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof NoSuchFileException ? message + " does not exist" : message;
    }

    /** A folder that is whole already. */
    private record Unpacked(Path folder) implements PluginScan.Beside {
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
