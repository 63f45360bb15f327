package org.copilotframework.storage.azure;

import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.jspecify.annotations.Nullable;

/**
 * Reads one page of a tenant's files. Blobs come in the order of their names, which is that of files but for long names that
 * begin with the same characters: these are put in order here, so all of them are read.
 */
final class Listing {
    private final Container container;
    private final BlobNames names;
    private final TenantId tenant;
    private final String prefix;
    private final String after;
    private final int limit;

    private final List<BlobEntry> page = new ArrayList<>();
    private final TreeMap<String, BlobEntry> together = new TreeMap<>();
    private @Nullable String group;

    Listing(Container container, BlobNames names, TenantId tenant, String prefix, String after, int limit) {
        this.container = container;
        this.names = names;
        this.tenant = tenant;
        this.prefix = prefix;
        this.after = after;
        this.limit = limit;
    }

    List<BlobEntry> read() {
        String beginning = names.beginning(tenant, prefix);
        for (BlobItem blob : container.list(beginning, names.from(tenant, prefix, after), limit)) {
            String itsGroup = BlobNames.group(blob.getName());
            if (!Objects.equals(itsGroup, group)) {
                endGroup();
                group = itsGroup;
            }
            if (page.size() >= limit) {
                break;
            } else if (itsGroup == null) {
                String name = names.plain(tenant, blob.getName());
                if (name != null && isBehind(name)) {
                    break;
                }
                take(name, blob);
            } else {
                hold(blob);
            }
        }
        endGroup();
        return List.copyOf(page.subList(0, Math.min(limit, page.size())));
    }

    private void take(@Nullable String name, BlobItem blob) {
        if (name != null && isWanted(name)) {
            page.add(entry(name, blob));
        }
    }

    private void hold(BlobItem blob) {
        BlobProperties known = container.find(blob.getName());
        String name = known == null ? null : FileInfo.name(known);
        if (name != null && BlobNames.isName(name) && names.of(tenant, name).equals(blob.getName()) && isWanted(name)) {
            together.put(name, entry(name, blob));
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

    /** Behind all that have the prefix: what blobs begin with is sometimes a little less. */
    private boolean isBehind(String name) {
        return !name.startsWith(prefix) && name.compareTo(prefix) > 0;
    }

    private static BlobEntry entry(String name, BlobItem blob) {
        return new BlobEntry(
                name,
                blob.getProperties().getContentLength(),
                blob.getProperties().getLastModified().toInstant());
    }
}
