package org.copilotframework.core.plugin;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.archive.StoredPlugin;
import org.copilotframework.core.fleet.Manifest;
import org.copilotframework.core.fleet.PluginSet.Entry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The private copies of what a manifest names: those that are there already, and those that have to be fetched. */
final class ManifestCopies {
    private static final Logger log = LoggerFactory.getLogger(ManifestCopies.class);

    private final Manifest manifest;
    private final PluginStore store;

    ManifestCopies(Manifest manifest, PluginStore store) {
        this.manifest = manifest;
        this.store = store;
    }

    /** Tells the archive that lies there from others; empty if none does, or it need not be fetched. */
    Optional<String> tagOf(Entry entry) throws IOException {
        return store.holds(entry.digest()) ? Optional.empty() : manifest.archiveTag(entry);
    }

    /**
     * Gives the copy of a plugin.
     *
     * @throws RefusedArchiveException if what lies there is not what the manifest says, or is not fit to be loaded
     * @throws IOException if it cannot be fetched now
     */
    StoredPlugin of(Entry entry) throws RefusedArchiveException, IOException {
        StoredPlugin stored = held(entry);
        stored = stored == null ? fetched(entry) : stored;
        ArchiveInfo info = stored.info();
        if (!info.ref().equals(entry.ref())) {
            throw RefusedArchiveException.of(
                    entry.archive(),
                    entry.ref(),
                    "it holds plugin " + info.ref() + ", and the manifest says " + entry.ref()
                            + "; publish the archive again");
        } else if (info.kind() == PluginKind.PROVIDER) {
            throw RefusedArchiveException.of(
                    entry.archive(),
                    entry.ref(),
                    "it holds a provider, which is loaded before there is a store of files; put it into the folder of"
                            + " plugins of each node (copilot.plugins.dir), and withdraw it from the manifest");
        }
        return stored;
    }

    private @Nullable StoredPlugin held(Entry entry) {
        if (!store.holds(entry.digest())) {
            return null;
        }
        try {
            return store.reopen(entry.digest());
        } catch (RefusedArchiveException damaged) {
            log.warn("{}; it is fetched anew", damaged.getMessage());
            return null;
        }
    }

    private StoredPlugin fetched(Entry entry) throws RefusedArchiveException, IOException {
        Path folder = Files.createTempDirectory("copilot-manifest-");
        Path file = folder.resolve(entry.id() + "-" + entry.digest().substring(0, 12) + ".zip");
        try {
            try (InputStream in = manifest.archive(entry)
                            .orElseThrow(() -> new FileNotFoundException("it is not in the store of files"));
                    OutputStream out = Files.newOutputStream(file)) {
                copy(in, out, entry);
            }
            return store.accept(file, entry.digest(), true);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /** No more than the manifest says, so that nothing fills the disk. */
    private static void copy(InputStream in, OutputStream out, Entry entry)
            throws RefusedArchiveException, IOException {
        byte[] buffer = new byte[1 << 16];
        long left = entry.size();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            left -= read;
            if (left < 0) {
                throw RefusedArchiveException.of(
                        entry.archive(),
                        entry.ref(),
                        "it is larger than the " + entry.size() + " bytes that the manifest says; publish it again");
            }
            out.write(buffer, 0, read);
        }
    }
}
