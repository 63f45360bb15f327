package org.copilotframework.example.docs;

import java.time.Instant;
import java.util.List;

/**
 * What is known of the documents at one moment. Not to be changed, nor are the vectors in it.
 *
 * @param madeAt when the folder was looked at
 * @param files the documents in the order of their paths
 */
record Index(Instant madeAt, List<IndexedFile> files) {
    static final Index EMPTY = new Index(Instant.EPOCH, List.of());

    Index {
        files = List.copyOf(files);
    }

    int passages() {
        return files.stream().mapToInt(file -> file.passages().size()).sum();
    }

    /**
     * One document.
     *
     * @param path its path below the folder, with {@code /}
     * @param size its size in bytes
     * @param modified when it was changed, in milliseconds
     * @param sha256 the digest of its content, in hexadecimal
     * @param problem why it could not be read, empty if it could
     * @param passages what stands in it
     */
    record IndexedFile(
            String path, long size, long modified, String sha256, String problem, List<IndexedPassage> passages) {
        IndexedFile {
            passages = List.copyOf(passages);
        }

        IndexedFile with(List<IndexedPassage> indexed) {
            return new IndexedFile(path, size, modified, sha256, problem, indexed);
        }

        IndexedFile unreadable(String reason) {
            return new IndexedFile(path, size, modified, sha256, reason, List.of());
        }
    }

    /**
     * One passage and what the model makes of it.
     *
     * @param passage the passage
     * @param vector of {@link MiniLm#DIMENSION} numbers and length one
     */
    record IndexedPassage(Passage passage, float[] vector) {}
}
