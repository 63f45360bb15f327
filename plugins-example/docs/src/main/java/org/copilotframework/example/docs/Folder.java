package org.copilotframework.example.docs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The folder of documents. Hidden files and files of other kinds are passed over; a symbolic link to a file is followed if
 * it ends within the folder (the files of a Kubernetes ConfigMap are such links), a link to a folder is not.
 */
final class Folder {
    private final Path root;
    private final Limits limits;

    private Folder(Path root, Limits limits) {
        this.root = root;
        this.limits = limits;
    }

    /** @throws IOException if there is no such folder */
    static Folder open(Path root, Limits limits) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new IOException(root + " is not a folder");
        }
        return new Folder(root.toRealPath(), limits);
    }

    /**
     * A document in the folder.
     *
     * @param path its path below the folder, with {@code /}
     * @param real where its content is
     * @param size its size in bytes
     * @param modified when it was changed, in milliseconds
     */
    record Entry(String path, Path real, long size, long modified) {}

    /**
     * @param files what can be read, in the order of paths
     * @param skipped what cannot
     */
    record Listing(List<Entry> files, List<Skipped> skipped) {}

    Limits limits() {
        return limits;
    }

    Listing list() throws IOException {
        List<Entry> files = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        Files.walkFileTree(root, new Walk(files, skipped));
        files.sort(Comparator.comparing(Entry::path));
        if (files.size() > limits.files()) {
            List<Entry> beyond = files.subList(limits.files(), files.size());
            beyond.forEach(entry ->
                    skipped.add(new Skipped(entry.path(), "there are more than " + limits.files() + " files")));
            beyond.clear();
        }
        skipped.sort(Comparator.comparing(Skipped::path));
        return new Listing(List.copyOf(files), List.copyOf(skipped));
    }

    /**
     * The content of a document.
     *
     * @throws UnreadableFileException if it cannot be read, or has grown beyond the limit
     */
    byte[] content(Entry entry) throws UnreadableFileException {
        // The path is real: a link that was put in its place since is refused.
        try (InputStream in = Files.newInputStream(entry.real(), LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, limits.fileBytes() + 1));
            if (content.length > limits.fileBytes()) {
                throw new UnreadableFileException(tooLarge());
            }
            return content;
        } catch (IOException e) {
            throw new UnreadableFileException(
                    "it cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private String tooLarge() {
        return "it is larger than " + limits.fileBytes() + " bytes";
    }

    private final class Walk extends SimpleFileVisitor<Path> {
        private final List<Entry> files;
        private final List<Skipped> skipped;

        Walk(List<Entry> files, List<Skipped> skipped) {
            this.files = files;
            this.skipped = skipped;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return !folder.equals(root) && hidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (!hidden(file)
                    && DocumentFormat.of(file.getFileName().toString()).isPresent()) {
                visitDocument(file, attributes);
            }
            return FileVisitResult.CONTINUE;
        }

        private void visitDocument(Path file, BasicFileAttributes own) throws IOException {
            Path real = file;
            BasicFileAttributes attributes = own;
            if (own.isSymbolicLink()) {
                try {
                    real = file.toRealPath();
                    attributes = Files.readAttributes(real, BasicFileAttributes.class);
                } catch (IOException e) {
                    skip(file, "it is a link to nothing");
                    return;
                }
                if (!real.startsWith(root)) {
                    skip(file, "it is a link that leads out of the folder");
                    return;
                }
            }
            if (!attributes.isRegularFile()) {
                skip(file, "it is not a file");
            } else if (attributes.size() > limits.fileBytes()) {
                skip(file, tooLarge());
            } else {
                files.add(new Entry(
                        name(file),
                        real,
                        attributes.size(),
                        attributes.lastModifiedTime().toMillis()));
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            skip(file, "it cannot be read (" + e.getClass().getSimpleName() + ")");
            return FileVisitResult.CONTINUE;
        }

        private void skip(Path file, String reason) {
            skipped.add(new Skipped(name(file), reason));
        }

        private boolean hidden(Path file) {
            return file.getFileName().toString().startsWith(".");
        }

        private String name(Path file) {
            return StreamSupport.stream(root.relativize(file).spliterator(), false)
                    .map(Path::toString)
                    .collect(Collectors.joining("/"));
        }
    }
}
