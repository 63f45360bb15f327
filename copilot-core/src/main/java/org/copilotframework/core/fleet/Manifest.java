package org.copilotframework.core.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.core.fleet.PluginSet.Entry;
import org.copilotframework.core.naming.HostTenant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in the store of files that says which plugins all nodes shall serve, and the archives beside it. Safe for use by several
 * threads, and by several processes.
 */
public final class Manifest {
    private static final Logger log = LoggerFactory.getLogger(Manifest.class);

    /** The setting that names it. */
    public static final String SETTING = "copilot.plugins.manifest";

    private static final int ATTEMPTS = 100;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int PAGE = 1_000;

    private final Blobs blobs;
    private final String name;

    /**
     * Uses a file, which need not be there yet.
     *
     * @param blobs the store; closed by the caller
     * @param name the file's name
     */
    public Manifest(Blobs blobs, String name) {
        this.blobs = blobs;
        this.name = name;
    }

    /**
     * What it says at a moment.
     *
     * @param tag tells it from what it says at others
     * @param set the plugins
     */
    public record Reading(String tag, PluginSet set) {}

    /** {@return the file's name} */
    public String name() {
        return name;
    }

    /**
     * Reads it.
     *
     * @param known the tag of the last reading; null to read in any case
     * @return what it says, or empty if that is known
     * @throws ManifestException if it says nothing
     */
    public Optional<Reading> read(@Nullable String known) throws ManifestException {
        try {
            String tag = blobs.stat(HostTenant.ID, name).map(BlobInfo::version).orElse(null);
            if (tag != null && tag.equals(known)) {
                return Optional.empty();
            }
            Optional<Reading> reading = tag == null ? Optional.empty() : reading();
            if (reading.isEmpty()) {
                throw new ManifestException(called()
                        + " is not there; publish the first plugin, or correct the name or the store of files");
            }
            return reading;
        } catch (IOException | CopilotException fault) {
            throw new ManifestException(called() + " cannot be read: " + words(fault), fault);
        }
    }

    /** Empty if it was deleted just now. */
    private Optional<Reading> reading() throws IOException, ManifestException {
        try (Blob file = blobs.open(HostTenant.ID, name, BlobRange.ALL).orElse(null)) {
            return file == null
                    ? Optional.empty()
                    : Optional.of(new Reading(
                            file.info().version(), SetForm.read(file.content().readNBytes(SetForm.MAX_BYTES + 1))));
        } catch (InvalidRequestException wrong) {
            throw new ManifestException(
                    called() + " is no manifest: " + wrong.getMessage()
                            + "; correct the file, or delete it and publish all plugins again",
                    wrong);
        }
    }

    /**
     * Opens an archive that it names.
     *
     * @param entry which
     * @return the content, to be closed; empty if it is not there
     * @throws IOException if the store fails
     */
    public Optional<InputStream> archive(Entry entry) throws IOException {
        return blobs.read(HostTenant.ID, entry.archive());
    }

    /**
     * Tells what lies in the place of an archive from what lay there before.
     *
     * @param entry which
     * @return the tag, or empty if nothing lies there
     * @throws IOException if the store fails
     */
    public Optional<String> archiveTag(Entry entry) throws IOException {
        return blobs.stat(HostTenant.ID, entry.archive()).map(BlobInfo::version);
    }

    /** Where an archive lies, so that no other manifest has it. */
    String placeOf(String digest) {
        return archives() + digest + ".zip";
    }

    private String archives() {
        return name + ".archives/";
    }

    void store(String archive, BlobWriter content) throws IOException {
        blobs.write(HostTenant.ID, archive, content);
    }

    /** The archives there are, at most a thousand. */
    List<BlobEntry> stored() throws IOException {
        return blobs.list(HostTenant.ID, archives(), "", PAGE);
    }

    /** Deletes an archive, unless somebody has stored it anew since it was listed. */
    void deleteIfBefore(String archive, Instant limit) throws IOException {
        BlobInfo there = blobs.stat(HostTenant.ID, archive).orElse(null);
        if (there != null && there.modified().isBefore(limit)) {
            try {
                blobs.delete(HostTenant.ID, archive, there.version());
            } catch (ConflictException storedAnew) {
                log.debug("Archive {} is published again and stays", archive, storedAnew);
            }
        }
    }

    /**
     * Changes what it says. If somebody else changes it meanwhile, the change is made anew on what it says then.
     *
     * @param change gives the plugins that it shall say, or the same object if nothing is to be changed
     * @return what it says now
     */
    PluginSet change(UnaryOperator<PluginSet> change) {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Reading before = reading().orElse(null);
                PluginSet known = before == null ? PluginSet.NONE : before.set();
                PluginSet next = change.apply(known);
                if (next.equals(known) || written(next, before)) {
                    return next;
                }
            }
        } catch (ManifestException malformed) {
            throw new InvalidRequestException(String.valueOf(malformed.getMessage()));
        } catch (IOException fault) {
            throw new UnavailableException(
                    called() + " could not be changed, or the answer was lost: " + words(fault) + "; publish again",
                    RETRY,
                    fault);
        }
        throw new ConflictException(called() + " was changed by others all the time; publish again");
    }

    private boolean written(PluginSet next, @Nullable Reading before) throws IOException {
        byte[] content = SetForm.write(next);
        if (content.length > SetForm.MAX_BYTES) {
            throw new InvalidRequestException(
                    called() + " would have more than " + SetForm.MAX_BYTES + " bytes; withdraw plugins first");
        }
        BlobOptions known = before == null ? BlobOptions.NONE.ifAbsent() : BlobOptions.NONE.ifVersion(before.tag());
        try {
            blobs.write(HostTenant.ID, name, known.contentType("application/json"), out -> out.write(content));
            return true;
        } catch (ConflictException anotherWasFaster) {
            return false;
        }
    }

    private String called() {
        return "the manifest '" + name + "' (" + SETTING + ")";
    }

    private static String words(Exception fault) {
        return fault instanceof CopilotException ? String.valueOf(fault.getMessage()) : fault.toString();
    }
}
