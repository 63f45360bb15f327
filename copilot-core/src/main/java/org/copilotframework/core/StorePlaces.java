package org.copilotframework.core;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.core.blob.LocalBlobs;
import org.copilotframework.core.fleet.Manifest;
import org.copilotframework.core.settings.LoadedSettings;
import org.jspecify.annotations.Nullable;

/** Where files and what is shared with other nodes lie, as the settings say. */
final class StorePlaces {
    private static final Pattern FILE = Pattern.compile("file:(?://)?(.+)");

    private StorePlaces() {}

    /** The store of files. */
    static Blobs blobs(LoadedSettings loaded) {
        String url = loaded.core().blobs().url().orElse(null);
        if (url == null) {
            return new LocalBlobs(Foundation.home(loaded).resolve("blobs"));
        }
        Matcher file = FILE.matcher(url);
        if (!file.matches()) {
            throw new InvalidRequestException(
                    "copilot.blobs.url: this is the address of no store of files that is known; write file: and a folder");
        }
        try {
            return new LocalBlobs(Path.of(file.group(1)));
        } catch (InvalidPathException wrong) {
            throw new InvalidRequestException(
                    "copilot.blobs.url: what follows file: is no folder: " + wrong.getReason());
        }
    }

    /** What says which plugins serve on all nodes, or null if nothing does. */
    static @Nullable Manifest manifest(LoadedSettings loaded, Blobs blobs) {
        return loaded.core()
                .plugins()
                .manifest()
                .map(name -> new Manifest(blobs, name))
                .orElse(null);
    }

    /** Whether a storage lies in the home: then it is that of whoever has the home, which is one process. */
    static boolean inHome(String url, Path home) {
        try {
            return Path.of(url.substring(url.indexOf(':') + 1))
                    .toAbsolutePath()
                    .normalize()
                    .startsWith(home);
        } catch (InvalidPathException noFile) {
            return false;
        }
    }
}
