package org.copilotframework.storage.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.storage.s3.Keys.Key;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Reads one page of a tenant's files. S3 lists in the order of names, but for those that are too long for a key: such with the
 * same beginning follow each other and are put in order here.
 */
final class Page {
    private final Bucket bucket;
    private final TenantId tenant;
    private final String prefix;
    private final String after;
    private final int limit;
    private final List<BlobEntry> found = new ArrayList<>();
    private final TreeMap<String, BlobEntry> alike = new TreeMap<>();
    private String beginning = "";

    Page(Bucket bucket, TenantId tenant, String prefix, String after, int limit) {
        this.bucket = bucket;
        this.tenant = tenant;
        this.prefix = prefix;
        this.after = after;
        this.limit = limit;
    }

    List<BlobEntry> read() {
        String folder = bucket.keys().folder(tenant);
        String begin = folder + Keys.beginning(prefix);
        String last = folder + Keys.beginning(printable(after));
        boolean more = true;
        while (more) {
            String from = last;
            ListObjectsV2Response response = bucket.ask(s3 -> s3.listObjectsV2(list ->
                    list.bucket(bucket.name()).prefix(begin).startAfter(from).maxKeys(limit)));
            for (S3Object object : response.contents()) {
                last = object.key();
                if (!take(object, last.substring(folder.length()))) {
                    return List.copyOf(found);
                }
            }
            more = Boolean.TRUE.equals(response.isTruncated())
                    && !response.contents().isEmpty();
        }
        flush();
        return List.copyOf(found);
    }

    /** Takes an object if it is wanted; whether others may be, too. */
    private boolean take(S3Object object, String text) {
        int cut = Keys.cut(text);
        if (cut < 0 || !text.substring(0, cut).equals(beginning)) {
            flush();
        }
        if (found.size() == limit) {
            return false;
        } else if (cut < 0) {
            if (text.length() <= Keys.PLAIN && Keys.isName(text) && isWanted(text)) {
                found.add(entry(text, object));
            }
        } else if (cut == Keys.PLAIN) {
            beginning = text.substring(0, cut);
            String name = longName(object, beginning);
            if (name != null && isWanted(name)) {
                alike.put(name, entry(name, object));
                if (alike.size() > limit) {
                    alike.pollLastEntry();
                }
            }
        }
        return true;
    }

    private void flush() {
        for (BlobEntry entry : alike.values()) {
            if (found.size() < limit) {
                found.add(entry);
            }
        }
        alike.clear();
    }

    private boolean isWanted(String name) {
        return name.startsWith(prefix) && name.compareTo(after) > 0;
    }

    private static BlobEntry entry(String name, S3Object object) {
        return new BlobEntry(name, object.size(), object.lastModified());
    }

    /** The name of an object whose key tells only the beginning, or null if it is gone or was not made here. */
    private @Nullable String longName(S3Object object, String start) {
        Stored stored = bucket.find(new Key(start, object.key(), null));
        if (stored == null || stored.rest() == null) {
            return null;
        }
        try {
            String name = Keys.joined(start, stored.rest());
            return Keys.isName(name) && bucket.keys().of(tenant, name).text().equals(object.key()) ? name : null;
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    /** What sorts among keys as a text does among names, which are of printable ASCII. */
    private static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ') {
                return text.substring(0, i);
            } else if (text.charAt(i) > '~') {
                return text.substring(0, i) + '\u00FF';
            }
        }
        return text;
    }
}
