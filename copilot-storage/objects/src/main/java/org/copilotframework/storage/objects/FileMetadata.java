package org.copilotframework.storage.objects;

import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.jspecify.annotations.Nullable;

/**
 * What is kept beside a file's content: what its writer gave, and the store's own: a word that no other writing has, the content's
 * digest, and the rest of a name that the object's name has no room for.
 */
public final class FileMetadata {
    private final String write;
    private final String sha256;
    private final String name;

    /**
     * Entries whose names begin like this are the store's own.
     *
     * @param own what no entry of a writer begins with, and the service permits
     */
    public FileMetadata(String own) {
        this.write = own + "write";
        this.sha256 = own + "sha256";
        this.name = own + "name";
    }

    /**
     * Of a file that is to be written, with a word of its own.
     *
     * @param options what its writer gives
     * @param names how its name is kept
     * @param file its name
     * @return the entries
     */
    public Map<String, String> of(BlobOptions options, ObjectNames names, String file) {
        Map<String, String> all = new HashMap<>(options.metadata());
        all.put(write, UUID.randomUUID().toString().replace("-", ""));
        String rest = names.rest(file);
        if (rest != null) {
            all.put(name, rest);
        }
        return all;
    }

    /**
     * With the content's digest.
     *
     * @param entries the others
     * @param digest in hex digits
     * @return both
     */
    public Map<String, String> with(Map<String, String> entries, String digest) {
        Map<String, String> all = new HashMap<>(entries);
        all.put(sha256, digest);
        return all;
    }

    /**
     * The word that no other writing has.
     *
     * @param entries what is kept
     * @return the word, or null if the object was not written here
     */
    public @Nullable String write(Map<String, String> entries) {
        return entries.get(write);
    }

    /**
     * Entries of what belongs to one writing.
     *
     * @param word the word that no other has
     * @return only that
     */
    public Map<String, String> marked(String word) {
        return Map.of(write, word);
    }

    /**
     * Whether an object is of one writing.
     *
     * @param entries what was made for the writing
     * @param found what the object has
     * @return true if both have one word
     */
    public boolean isOf(Map<String, String> entries, Map<String, String> found) {
        String word = write(entries);
        return word != null && word.equals(write(found));
    }

    /**
     * The content's digest.
     *
     * @param entries what is kept
     * @return in hex digits, or null if it is not among them
     */
    public @Nullable String sha256(Map<String, String> entries) {
        return entries.get(sha256);
    }

    /**
     * What {@link Listing} asks for.
     *
     * @param entries what is kept
     * @return the rest of a name, or null
     */
    public @Nullable String rest(Map<String, String> entries) {
        return entries.get(name);
    }

    /**
     * What is known of a file.
     *
     * @param file its name
     * @param size how many bytes it has
     * @param modified when it was written
     * @param version which it is
     * @param type its media type, null if the service knows none
     * @param entries what is kept, the store's own among it
     * @return all that
     */
    public BlobInfo info(
            String file,
            long size,
            Instant modified,
            String version,
            @Nullable String type,
            Map<String, String> entries) {
        Map<String, String> theirs = new HashMap<>(entries);
        theirs.remove(write);
        theirs.remove(sha256);
        theirs.remove(name);
        return new BlobInfo(
                file,
                size,
                modified,
                version,
                sha256(entries),
                type == null ? BlobOptions.NONE.contentType() : type,
                theirs);
    }

    /**
     * Entries as a service tells them, which may change the case of their names and know entries without a value.
     *
     * @param told by the service, or null if it tells none
     * @return with names in lower case
     */
    public static Map<String, String> told(@Nullable Map<String, ? extends @Nullable String> told) {
        Map<String, String> entries = new HashMap<>();
        if (told != null) {
            told.forEach((key, value) -> {
                if (value != null) {
                    entries.put(key.toLowerCase(Locale.ROOT), value);
                }
            });
        }
        return entries;
    }
}
