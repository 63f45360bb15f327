package org.copilotframework.core.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.fleet.PluginSet.Entry;

/** Checks archives and stores them beside a manifest, which does not name them yet. */
final class ArchiveUpload {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Manifest manifest;
    private final PluginStore store;

    ArchiveUpload(Manifest manifest, PluginStore store) {
        this.manifest = manifest;
        this.store = store;
    }

    /**
     * Stores them, if none is refused.
     *
     * @return how the manifest is to name them, by id
     */
    SortedMap<String, Entry> run(Collection<Path> archives) {
        SortedMap<String, Entry> stored = new TreeMap<>();
        checked(archives).forEach((id, one) -> stored.put(id, upload(one.file(), one.info())));
        return stored;
    }

    private record Checked(Path file, ArchiveInfo info) {}

    private Map<String, Checked> checked(Collection<Path> archives) {
        List<String> problems = new ArrayList<>();
        Map<String, Checked> found = new TreeMap<>();
        for (Path file : archives) {
            try {
                ArchiveInfo info = store.check(file).info();
                String id = info.ref().id();
                if (info.kind() == PluginKind.PROVIDER) {
                    problems.add(
                            file.getFileName() + " holds a provider, which is loaded before there is a store of files:"
                                    + " put it into the folder of plugins of each node");
                } else if (found.put(id, new Checked(file, info)) != null) {
                    problems.add("plugin " + id + " is there in two archives; name the one that shall serve");
                }
            } catch (RefusedArchiveException refused) {
                problems.add(refused.getMessage());
            } catch (IOException unreadable) {
                problems.add(file + " cannot be read: " + unreadable);
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException("nothing is published: " + String.join("\n", problems));
        }
        return found;
    }

    private Entry upload(Path file, ArchiveInfo info) {
        String place = manifest.placeOf(info.digest());
        try {
            manifest.store(place, out -> copy(file, info.digest(), out));
            return new Entry(info.ref().id(), info.ref().version(), info.digest(), Files.size(file), place);
        } catch (IOException failed) {
            throw new UnavailableException(
                    "nothing is published: " + file.getFileName() + " could not be stored: " + failed, RETRY, failed);
        }
    }

    /** What is stored is what was checked, or nothing. */
    private static void copy(Path file, String digest, OutputStream out) throws IOException {
        MessageDigest sha256 = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            in.transferTo(new DigestOutputStream(out, sha256));
        }
        if (!HexFormat.of().formatHex(sha256.digest()).equals(digest)) {
            throw new IOException("it changed while it was read; publish it when it is whole");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
