package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.LongSupplier;
import org.copilotframework.core.PluginKind;
import org.jspecify.annotations.Nullable;

/**
 * The private copies of accepted archives, each in a folder named by its digest. A folder appears whole or not at all; several
 * threads and processes may share the store.
 */
public final class PluginStore implements AutoCloseable {
    private final ArchiveLimits limits;
    private final Trust trust;
    private final StorePlace place;
    private final CopyFolders folders;
    private final Copies copies;
    private final RecentCopies recent;
    private final Acceptance acceptance;

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
        this(StorePlace.besideOthers(home), limits, trust, nanoTime);
    }

    private PluginStore(StorePlace place, ArchiveLimits limits, Trust trust, LongSupplier nanoTime) {
        this.limits = limits;
        this.trust = trust;
        this.place = place;
        this.folders = place.folders();
        this.copies = new Copies(place, limits, trust);
        this.recent = new RecentCopies(folders, nanoTime);
        this.acceptance = new Acceptance(limits, trust, folders, copies, recent);
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
        return new PluginStore(StorePlace.alone(home), limits, trust, System::nanoTime);
    }

    /**
     * Whether copies outlive this process. If not, nothing should be installed.
     *
     * @return false if the home cannot be written, or {@link #another} host has it
     */
    public boolean writable() {
        return place.writable();
    }

    /**
     * Whether another host has the home. What is remembered there is then read, and not changed.
     *
     * @return true if this store was opened second
     */
    public boolean another() {
        return place.another();
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
        return acceptance.accept(source, expectedDigest, durable);
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
        return acceptance.hold(source);
    }

    /**
     * Opens a copy that was accepted earlier, perhaps by another process. {@link #prune} leaves the copy alone for the next
     * ten minutes.
     *
     * @param digest the archive's digest
     * @return the copy
     * @throws RefusedArchiveException if there is none, it is no longer what was accepted, or it does not show what is asked
     *     for by now
     */
    public StoredPlugin reopen(String digest) throws RefusedArchiveException {
        recent.use(folders.of(digest).getFileName().toString());
        return copies.open(digest);
    }

    /**
     * Looks again at a copy that was looked at before, where archives must show anything: nobody has changed it since.
     *
     * @param stored the copy
     * @throws RefusedArchiveException if it is no longer what was accepted
     */
    public void recheck(StoredPlugin stored) throws RefusedArchiveException {
        if (!trust.asksForNothing()) {
            reopen(stored.info().digest());
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
     * Whether {@link #reopen} finds a copy, be it good or damaged.
     *
     * @param digest the archive's digest
     * @return true if there is one
     */
    public boolean holds(String digest) {
        return copies.hold(digest);
    }

    /**
     * Which copies there are.
     *
     * @return their digests, sorted
     * @throws IOException if the folder that they are in is there and cannot be listed
     */
    public Set<String> digests() throws IOException {
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
        sweep.run(() -> folders.removeAbandoned(sweep));
        sweep.end();
    }

    /** Deletes the copies if they are only this process's, and lets another host have the home. */
    @Override
    public void close() throws IOException {
        place.close();
    }
}
