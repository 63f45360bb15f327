package org.copilotframework.core.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.copilotframework.api.spi.blob.BlobEntry;

/**
 * Reads one page of a tenant's files. Holds no more names than the page has and one folder's entries, and enters no folder
 * whose names all lie outside of the page.
 */
final class BlobPage {
    private final Function<String, Path> paths;
    private final String prefix;
    private final String after;
    private final int limit;
    private final TreeMap<String, BlobEntry> found = new TreeMap<>();

    BlobPage(Function<String, Path> paths, String prefix, String after, int limit) {
        this.paths = paths;
        this.prefix = prefix;
        this.after = after;
        this.limit = limit;
    }

    List<BlobEntry> read(Path folder) throws IOException {
        walk(folder, "");
        return List.copyOf(found.values());
    }

    private void walk(Path folder, String begin) throws IOException {
        Map<String, Path> folders = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                BlobPath.decode(String.valueOf(entry.getFileName())).ifPresent(text -> {
                    String name = begin + text;
                    if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                        // Two folders may add the same text: one that ends a segment there, and one that continues it.
                        folders.put(name + '\0' + entry.getFileName(), entry);
                    } else {
                        take(name, entry);
                    }
                });
            }
        } catch (NoSuchFileException deletedMeanwhile) {
            return;
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
        for (Map.Entry<String, Path> entry : folders.entrySet()) {
            String name = entry.getKey().substring(0, entry.getKey().indexOf('\0'));
            if (mayHold(name)) {
                walk(entry.getValue(), name);
            }
        }
    }

    /** Whether a name that begins like this could be on the page. */
    private boolean mayHold(String begin) {
        return (begin.startsWith(prefix) || prefix.startsWith(begin))
                && (begin.compareTo(after) > 0 || after.startsWith(begin))
                && (found.size() < limit || begin.compareTo(found.lastKey()) < 0);
    }

    private void take(String name, Path file) {
        boolean wanted = name.startsWith(prefix)
                && name.compareTo(after) > 0
                && (found.size() < limit || name.compareTo(found.lastKey()) < 0);
        // A file that somebody else put there may have a path that no name leads to.
        if (!wanted || !file.equals(paths.apply(name))) {
            return;
        }
        try {
            BlobEntry entry = FileAtPath.entry(name, file);
            if (entry != null) {
                found.put(name, entry);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        if (found.size() > limit) {
            found.pollLastEntry();
        }
    }
}
