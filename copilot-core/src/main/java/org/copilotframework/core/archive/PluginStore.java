package org.copilotframework.core.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private copies of accepted archives, each in a folder named by its digest. A folder appears whole or not at all; several
 * threads and processes may share the store.
 */
public final class PluginStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginStore.class);
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final String UNFINISHED = ".new-";
    private static final AtomicLong STORES = new AtomicLong();
    private static final String JAR = "plugin.jar";
    private static final String ZIP = "plugin.zip";
    /** What a process that died has left behind is deleted after this time. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    /** A copy that was taken or opened so lately may be about to be registered by whoever did it. */
    static final Duration IN_FLIGHT = Duration.ofMinutes(10);

    private final ArchiveLimits limits;
    private final Trust trust;
    private final Path root;
    private final boolean writable;
    private final LongSupplier nanoTime;
    private final AtomicLong numbers = new AtomicLong();
    /** When this store last accepted or reopened a copy, by digest; its lock is held while prune moves a copy away. */
    private final Map<String, Long> used = new HashMap<>();
    /** Of this store alone: other processes, and other stores of this one, write here too. */
    private final String unfinished = UNFINISHED + ProcessHandle.current().pid() + "-"
            + Long.toHexString(System.nanoTime()) + "-" + STORES.incrementAndGet() + "-";

    /**
     * Opens the store.
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
        this.limits = limits;
        this.trust = trust;
        this.nanoTime = nanoTime;
        Path folder = home.toAbsolutePath().normalize().resolve("plugins");
        this.writable = writable(folder);
        this.root = writable ? folder : Files.createTempDirectory("copilot-plugins-");
    }

    /**
     * Whether copies outlive this process. If not, nothing should be installed.
     *
     * @return false if the home cannot be written
     */
    public boolean writable() {
        return writable;
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
        Unfinished unfinished = new Unfinished(durable);
        try {
            Intake intake = read(source, name, unfinished);
            Digests.check(source, name, intake.digest(), expectedDigest, trust);
            use(intake.digest());
            Path stored = root.resolve(intake.digest());
            if (Files.isDirectory(stored)) {
                StoredPlugin known = known(stored, name);
                if (known != null) {
                    return known;
                }
            }
            StoredPlugin copy = store(intake, stored, name, unfinished);
            use(intake.digest()); // Checking a large archive takes its time.
            return copy;
        } catch (IOException e) {
            throw new RefusedArchiveException(
                    name,
                    "it cannot be stored in " + root + ": " + words(e)
                            + "; see that the disk has room and the folder may be written, or set another home",
                    e);
        } finally {
            unfinished.discard();
        }
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
        Path folder = root.resolve(DIGEST.matcher(digest).matches() ? digest : "unknown");
        String name = "the copy " + digest;
        use(folder.getFileName().toString());
        if (!Files.isDirectory(folder)) {
            throw new RefusedArchiveException(name, "it is not in " + root + "; install the plugin again", null);
        }
        try {
            Path file = copy(folder);
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

    /**
     * Which copies there are.
     *
     * @return their digests, sorted
     */
    public Set<String> digests() {
        Set<String> digests = new TreeSet<>();
        for (String name : Objects.requireNonNullElse(root.toFile().list(), new String[0])) {
            if (DIGEST.matcher(name).matches()) {
                digests.add(name);
            }
        }
        return digests;
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
                sweep.run(() -> removeUnused(digest));
            }
        }
        Instant abandoned = Instant.now().minus(ABANDONED);
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : (Iterable<Path>) folders::iterator) {
                if (folder.getFileName().toString().startsWith(UNFINISHED)) {
                    sweep.run(() -> removeAbandoned(folder, abandoned));
                }
            }
        }
        sweep.end();
    }

    private void use(String digest) {
        synchronized (used) {
            used.put(digest, nanoTime.getAsLong());
        }
    }

    private void removeUnused(String digest) throws IOException {
        Path folder = root.resolve(digest);
        Path aside;
        synchronized (used) {
            if (inFlight(digest, folder)) {
                return;
            }
            used.remove(digest);
            aside = moveAside(folder);
        }
        if (aside != null) {
            Folders.delete(aside);
        }
    }

    private boolean inFlight(String digest, Path folder) throws IOException {
        Long since = used.get(digest);
        if (since != null) {
            return nanoTime.getAsLong() - since < IN_FLIGHT.toNanos();
        }
        try {
            Instant changed = Files.getLastModifiedTime(folder).toInstant();
            return changed.isAfter(Instant.now().minus(IN_FLIGHT));
        } catch (NoSuchFileException e) {
            return false; // Somebody else was faster; there is nothing to protect.
        }
    }

    private static void removeAbandoned(Path folder, Instant abandoned) throws IOException {
        try {
            if (!Files.getLastModifiedTime(folder).toInstant().isBefore(abandoned)) {
                return;
            }
        } catch (NoSuchFileException e) {
            return; // It was moved to its place, or somebody else has deleted it.
        }
        Folders.delete(folder);
    }

    /** Deletes the copies if they are only this process's. */
    @Override
    public void close() throws IOException {
        if (!writable) {
            Folders.delete(root);
        }
    }

    private Intake read(Path source, String name, Unfinished unfinished) throws RefusedArchiveException {
        try {
            return Intake.read(source, limits, () -> unfinished.folder().resolve(JAR));
        } catch (BadZipException e) {
            throw new RefusedArchiveException(name, words(e), e);
        } catch (IOException e) {
            throw new RefusedArchiveException(
                    name, "it cannot be read: " + words(e) + "; see that it is there and may be read", e);
        }
    }

    private StoredPlugin store(Intake intake, Path stored, String name, Unfinished unfinished)
            throws IOException, RefusedArchiveException {
        PluginScan scan;
        try (Bytes bytes = intake.open()) {
            scan = PluginScan.of(name, intake.digest(), bytes, limits, unfinished);
        }
        Path folder = unfinished.folder();
        String file = scan.layout().unpacks() ? ZIP : JAR;
        unfinished.write(intake, folder.resolve(file));
        if (!move(folder, stored)) {
            // Somebody else has stored the same bytes in the meantime; the same bytes have the same layout.
            copy(stored);
        } else {
            unfinished.moved();
            if (unfinished.durable()) {
                Durable.forceFolder(root);
            }
        }
        return stored(scan, stored.resolve(file));
    }

    /** A copy that is there already, or null if it was damaged and is gone now. */
    private @Nullable StoredPlugin known(Path folder, String name) throws IOException {
        String digest = folder.getFileName().toString();
        try {
            Path file = copy(folder);
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
        remove(folder);
        return null;
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

    private static Path copy(Path folder) throws NoSuchFileException {
        for (String name : List.of(JAR, ZIP)) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new NoSuchFileException(folder.resolve(JAR).toString());
    }

    private static boolean move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            return false;
        } catch (FileSystemException e) {
            if (Files.isDirectory(to)) {
                return false;
            }
            throw e;
        }
    }

    private void remove(Path folder) throws IOException {
        Path aside = moveAside(folder);
        if (aside != null) {
            Folders.delete(aside);
        }
    }

    /** Out of sight first, so that nobody opens half a copy; null if somebody else was faster. */
    private @Nullable Path moveAside(Path folder) throws IOException {
        Path aside = fresh();
        try {
            return Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private Path fresh() {
        return root.resolve(unfinished.concat(Long.toString(numbers.incrementAndGet())));
    }

    private static boolean writable(Path folder) {
        try {
            Folders.createAll(folder);
            return Files.isWritable(folder);
        } catch (IOException e) {
            return false; // What writable() tells; install says so to the person.
        }
    }

    private static String words(IOException e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof NoSuchFileException ? message + " does not exist" : message;
    }

    /** A folder in the making. */
    private final class Unfinished implements PluginScan.Beside {
        private final boolean durable;
        private @Nullable Path folder;

        Unfinished(boolean durable) {
            this.durable = durable;
        }

        @Override
        public Path folder() throws IOException {
            if (folder == null) {
                folder = Folders.create(fresh());
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

        void write(Intake intake, Path file) throws IOException {
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

        void moved() {
            folder = null;
        }

        /** Deletes it unless it was moved to its place. */
        void discard() {
            if (folder != null) {
                try {
                    Folders.delete(folder);
                } catch (IOException e) {
                    // It harms nobody, and must not hide why the archive was refused; prune tries again.
                    LOG.warn("{} cannot be deleted: {}", folder, words(e));
                }
            }
        }
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
