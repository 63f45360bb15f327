package org.copilotframework.core.encryption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * A place for keys apart from the storage, as {@code copilot.encryption.keys} names it: a provider of files and a bucket of it. It
 * must be apart indeed: keys in the bucket of the files, in the home, or beside the database's file are in the same backups as what
 * they open.
 *
 * @param setting what was set, for messages
 * @param provider the provider's name
 * @param bucket its bucket; of {@code local} a folder
 */
public record KeysApart(String setting, String provider, String bucket) {
    private static final String NAME = "copilot.encryption.keys: ";
    private static final String LOCAL = "local";

    /** In which each program has a part of its own, as systems are laid out. */
    private static final List<Path> EVERYBODYS = Stream.of(
                    "/", "/home", "/opt", "/srv", "/var", "/var/lib", "/var/local", "/var/opt")
            .map(Path::of)
            .toList();

    /**
     * Reads the setting.
     *
     * @param setting the setting, which is not {@code store}
     * @return the place
     * @throws InvalidRequestException if it has another form
     */
    public static KeysApart of(String setting) {
        int colon = setting.indexOf(':');
        if (colon < 1 || colon == setting.length() - 1) {
            throw new InvalidRequestException(NAME + "must be 'store', or the name of a provider of files and"
                    + " one of its buckets, such as local:/var/lib/copilot-keys; not '" + setting + "'");
        }
        return new KeysApart(setting, setting.substring(0, colon), setting.substring(colon + 1));
    }

    /**
     * Refuses a place that is backed up, versioned and deleted with what its keys open.
     *
     * @param files the provider of files
     * @param filesBucket its bucket, if one is set
     * @param home the home, in which files lie if none is set
     * @param database the storage's file, if it is one
     * @throws InvalidRequestException if this is no place apart
     */
    public void demandApart(String files, Optional<String> filesBucket, Path home, Optional<Path> database) {
        if (provider.equals(LOCAL)) {
            Path here = real(Path.of(bucket));
            refuseWithin(here, home, "copilot.home");
            database.ifPresent(file -> refuseBeside(here, real(file)));
            if (files.equals(LOCAL) && filesBucket.isPresent()) {
                refuseWithin(here, Path.of(filesBucket.get()), "the folder of files (copilot.blobs.bucket)");
            }
        } else if (files.equals(provider) && filesBucket.filter(bucket::equals).isPresent()) {
            throw new InvalidRequestException(NAME + "'" + setting + "' is the bucket of the files themselves"
                    + " (copilot.blobs.bucket), so whatever keeps that bucket's files keeps their keys; " + fix());
        }
    }

    private void refuseWithin(Path here, Path other, String what) {
        refuseWithin(here, other, what, "");
    }

    private void refuseWithin(Path here, Path other, String what, String orElse) {
        Path there = real(other);
        if (here.startsWith(there) || there.startsWith(here)) {
            throw new InvalidRequestException(NAME + "'" + setting + "' and " + what + ", " + there
                    + ", lie within each other, so a backup of the one holds the other; " + fix() + orElse);
        }
    }

    /**
     * The place of a database is its whole folder, in which SQLite keeps more than one file: who backs it up takes that. But of a
     * folder that is everybody's nobody takes all for the sake of one file.
     */
    private void refuseBeside(Path here, Path file) {
        Path folder = file.getParent();
        if (folder == null || EVERYBODYS.stream().map(KeysApart::real).anyMatch(folder::equals)) {
            refuseWithin(here, file, "the database (copilot.storage.url)");
        } else {
            refuseWithin(
                    here,
                    folder,
                    "the folder of the database (copilot.storage.url)",
                    ". If what is backed up is not that folder, give the database a folder of its own within it");
        }
    }

    private static String fix() {
        return "set it to a place of its own that is not backed up with the data, such as local:/var/lib/copilot-keys, and move the"
                + " keys there, if there are any yet. If they may be in the same backups, begin with 'store', or copy the storage into"
                + " one that was";
    }

    /** As it is without links, as far as it is there already. */
    private static Path real(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        Path there = whole;
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            return there.toRealPath().resolve(there.relativize(whole)).normalize();
        } catch (IOException unreadable) {
            // Whoever opens it learns why.
            return whole;
        }
    }
}
