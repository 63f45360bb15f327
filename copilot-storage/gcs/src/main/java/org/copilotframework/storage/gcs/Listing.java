package org.copilotframework.storage.gcs;

import com.google.cloud.storage.Blob;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.jspecify.annotations.Nullable;

/**
 * Reads one page of a tenant's files. Objects come in the order of their names, which is that of files but for long names that
 * begin with the same characters: these are put in order here, so all of them are read.
 */
final class Listing {
    private final Bucket bucket;
    private final ObjectNames names;
    private final TenantId tenant;
    private final String prefix;
    private final String after;
    private final int limit;

    private final List<BlobEntry> page = new ArrayList<>();
    private final TreeMap<String, BlobEntry> together = new TreeMap<>();
    private @Nullable String group;

    Listing(Bucket bucket, ObjectNames names, TenantId tenant, String prefix, String after, int limit) {
        this.bucket = bucket;
        this.names = names;
        this.tenant = tenant;
        this.prefix = prefix;
        this.after = after;
        this.limit = limit;
    }

    List<BlobEntry> read() {
        String beginning = names.beginning(tenant, prefix);
        for (Blob object : bucket.list(beginning, names.after(tenant, after), limit)) {
            String itsGroup = ObjectNames.group(object.getName());
            if (!Objects.equals(itsGroup, group)) {
                endGroup();
                group = itsGroup;
            }
            if (page.size() >= limit) {
                break;
            } else if (itsGroup == null) {
                take(names.plain(tenant, object.getName()), object);
            } else {
                hold(object);
            }
        }
        endGroup();
        return List.copyOf(page.subList(0, Math.min(limit, page.size())));
    }

    private void take(@Nullable String name, Blob object) {
        if (name != null && isWanted(name)) {
            page.add(entry(name, object));
        }
    }

    private void hold(Blob object) {
        Blob known = bucket.find(object.getName());
        String name = known == null ? null : FileInfo.name(known);
        if (name != null
                && ObjectNames.isName(name)
                && names.of(tenant, name).equals(object.getName())
                && isWanted(name)) {
            together.put(name, entry(name, object));
        }
        if (together.size() > limit) {
            together.pollLastEntry();
        }
    }

    private void endGroup() {
        page.addAll(together.values());
        together.clear();
    }

    private boolean isWanted(String name) {
        return name.startsWith(prefix) && name.compareTo(after) > 0;
    }

    private static BlobEntry entry(String name, Blob object) {
        return new BlobEntry(name, object.getSize(), FileInfo.modified(object));
    }
}
